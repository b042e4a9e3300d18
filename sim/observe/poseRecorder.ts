import type { Explorer } from '../agents/explorer.ts';
import { InspectGoal } from '../agents/explorerGoals.ts';
import type { AgentPose, AgentState } from '../browser/trace.ts';

/** Slower than this a body has no direction of its own and keeps the one it had, m/s. */
const MIN_HEADING_SPEED = 0.1;

/** Turns the agents' minds and bodies into poses, frame by frame, in one array that is filled again each time. */
export class PoseRecorder {
  readonly poses: AgentPose[];

  constructor(agents: number) {
    this.poses = Array.from({ length: agents }, () => ({
      x: 0,
      y: 0,
      z: 0,
      yaw: 0,
      state: 'walking',
      teleported: false,
    }));
  }

  record(explorer: Explorer, escaping: boolean, teleported: boolean): void {
    const pose = this.poses[explorer.index];
    pose.x = explorer.feet[0];
    pose.y = explorer.feet[1];
    pose.z = explorer.feet[2];
    const { x, z } = explorer.wanted();
    if (x * x + z * z > MIN_HEADING_SPEED * MIN_HEADING_SPEED) pose.yaw = Math.atan2(-x, -z);
    pose.state = stateOf(explorer, escaping);
    pose.teleported = teleported;
  }
}

function stateOf(explorer: Explorer, escaping: boolean): AgentState {
  if (!explorer.grounded) return 'airborne';
  if (escaping) return 'escaping';
  // Yuka's types promise a goal where there may be none.
  const goal: unknown = explorer.brain.currentSubgoal();
  return goal instanceof InspectGoal ? 'inspecting' : 'walking';
}
