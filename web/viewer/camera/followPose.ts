import type { PhysicsWorld } from '../../../engine/physics/createPhysicsWorld.ts';
import type { AgentPose } from '../../../sim/browser/trace.ts';
import type { AgentBody, FollowFrom } from '../viewerTypes.ts';
import { anglesTo, turn, type Vector3 } from './angles.ts';
import type { Pose } from './cameraRig.ts';

/** Metres behind and above an agent's head, for a body of 1.7 m. */
const BEHIND = 2.6;
const ABOVE = 0.7;
/** Seconds in which the view catches up with a turn. */
const TURN_SMOOTHING = 0.25;

/** Holds the view on an agent from frame to frame. */
export interface Follower {
  pose(agent: AgentPose, elapsedSeconds: number): Pose;
}

export function createFollower(
  physics: Pick<PhysicsWorld, 'castRay'>,
  body: AgentBody,
  from: FollowFrom,
): Follower {
  const scale = body.heightMeters / 1.7;
  let yaw: number | undefined;
  return {
    pose(agent, elapsedSeconds) {
      // The first frame and one after a teleport look where the agent looks at once.
      if (yaw === undefined || agent.teleported) yaw = agent.yaw;
      else yaw += turn(yaw, agent.yaw) * (1 - Math.exp(-elapsedSeconds / TURN_SMOOTHING));
      const head: Vector3 = [agent.x, agent.y + body.heightMeters * 0.94, agent.z];
      if (from === 'eyes') return { eye: head, yaw, pitch: -0.08 };
      const back: Vector3 = [
        head[0] + Math.sin(yaw) * BEHIND * scale,
        head[1] + ABOVE * scale,
        head[2] + Math.cos(yaw) * BEHIND * scale,
      ];
      const hit = physics.castRay(head, back);
      const share = hit ? Math.max(0.15, hit.fraction - 0.08) : 1;
      const eye = head.map((value, k) => value + (back[k] - value) * share) as Vector3;
      const ahead: Vector3 = [
        agent.x - Math.sin(yaw) * scale,
        agent.y + body.heightMeters * 0.75,
        agent.z - Math.cos(yaw) * scale,
      ];
      return { eye, ...anglesTo(eye, ahead, { yaw, pitch: 0 }) };
    },
  };
}
