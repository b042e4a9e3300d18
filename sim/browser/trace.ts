/**
 * The trace of a run: where every agent was, 20 times a simulated second, as a stream of binary packets. The same
 * bytes go over the socket to spectators, lie in the run's trace.bin, and replay a violation.
 */

import type { AGENT_STATES } from './traceFormat.ts';

export { createTraceEncoder } from './createTraceEncoder.ts';
export { createTraceReader } from './createTraceReader.ts';
export { AGENT_STATES, TRACE_FRAME_STEPS } from './traceFormat.ts';

export interface TraceHeader {
  agents: number;
  seed: number;
  bodyHeightMeters: number;
  bodyRadiusMeters: number;
}

/** What an agent is doing, for its colour and its label. */
export type AgentState = (typeof AGENT_STATES)[number];

/** One agent in one frame. */
export interface AgentPose {
  /** Feet, world frame, metres. */
  x: number;
  y: number;
  z: number;
  /** Radians about +Y, 0 looks down −Z. */
  yaw: number;
  state: AgentState;
  /** True in the first frame after it was put elsewhere: what draws it must not glide there. */
  teleported: boolean;
}

export interface TraceEncoder {
  /** The packet that every reader needs first. */
  header(): Uint8Array;
  /**
   * One frame, as a difference to the frame before, or whole (a keyframe) every two simulated seconds and where asked.
   * Read again, places are within 6 mm and yaw within 2.2° of what was given.
   * @param step higher than the step before.
   * @param poses one per agent, in order.
   * @throws RangeError for anything else, and for poses 1000 km away or not finite.
   */
  frame(
    step: number,
    poses: readonly AgentPose[],
    keyframe?: boolean,
  ): { keyframe: boolean; bytes: Uint8Array };
}

/** Grows as packets arrive; keeps every frame, so that time can be scrubbed. */
export interface TraceReader {
  /** Undefined until its packet has come. */
  readonly header: TraceHeader | undefined;
  /** Steps of the frames held, rising; a gap of more than TRACE_FRAME_STEPS is one that was thinned. */
  readonly firstStep: number;
  readonly lastStep: number;
  readonly frameCount: number;
  /**
   * Packets, whole, in order; several may lie in one array. A difference whose keyframe is missing is skipped, and
   * so are frames that are held already, so a trace may be given again from its start after a lost connection.
   * The bytes are copied.
   * @throws RangeError for bytes that are no trace, and for a header that differs from the one held. Packets before
   * the bad one are kept; frames after it count again from the next keyframe.
   */
  push(bytes: Uint8Array): void;
  /**
   * Between two frames the pose is interpolated, except over a teleport. Beyond the last frame the last pose stands,
   * so that nothing vanishes while packets are late. False before the first frame, and for no such agent.
   */
  poseAt(step: number, agent: number, result: AgentPose): boolean;
}
