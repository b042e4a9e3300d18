import type { ViolationView } from '../../server/api/types.ts';
import type { AgentPose } from '../../sim/browser/trace.ts';

/** What the pages say to the 3D view of a world. World frame throughout: metres, right-handed, +Y up. */

export type Point = readonly [number, number, number];

/**
 * walk: in the body of a walker. fly: free. orbit: around the target. follow: held by the agent that is followed;
 * setting another mode lets go of it.
 */
export type CameraMode = 'walk' | 'fly' | 'orbit' | 'follow';

export interface CameraView {
  /** The eye, metres. */
  position: Point;
  /** A point that is looked at, metres; only its direction counts except in orbit, where it is the centre. */
  target: Point;
  mode: CameraMode;
}

export type FollowFrom = 'behind' | 'eyes';

export interface AgentBody {
  heightMeters: number;
  radiusMeters: number;
}

export interface AgentLayer {
  /** The body that agents are drawn with; from the trace's header. */
  setBody(body: AgentBody): void;
  /** Where every agent is now, by index; an empty list shows none. Called once a drawn frame at most. */
  setAgents(poses: readonly AgentPose[]): void;
  /** Shown beside each agent, by index; undefined shows none. */
  setLabels(labels: readonly string[] | undefined): void;
  /** Holds the camera on an agent; null lets go and leaves the camera where it is. */
  follow(agent: number | null, from: FollowFrom): void;
  /** A line over the feet's places, oldest first, xyz each; empty removes it. */
  setTrail(points: readonly Point[]): void;
}

export type Pick =
  | { kind: 'agent'; agent: number }
  | { kind: 'violation'; id: string }
  /** Anything else of the world, where it was hit. */
  | { kind: 'world'; position: Point; object?: string }
  | { kind: 'nothing' };

export interface WorldViewer {
  readonly agents: AgentLayer;
  readonly camera: {
    get(): CameraView;
    /** Goes there at once; parts left out stay as they are. */
    set(view: Partial<CameraView>): void;
  };
  /** The pins to show, replacing those before. */
  setPins(violations: readonly ViolationView[]): void;
  /** Marks a pin as the selected one; null for none. */
  selectPin(id: string | null): void;
  /** Moves the camera to where the violation can be seen. */
  goToViolation(violation: ViolationView): void;
  /** A click or tap in the view. Gives what ends it. */
  onPick(listener: (pick: Pick) => void): () => void;
  /** Before every drawn frame, with the time since the last, seconds. Gives what ends it. */
  onFrame(listener: (elapsedSeconds: number) => void): () => void;
  dispose(): void;
}
