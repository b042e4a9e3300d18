import type { ErrorCode } from '../engine/errors.ts';

/** The violation types that a test of a world by agents can find; docs/violations.md defines each. */
export type ViolationType =
  | 'fall-through'
  | 'leak'
  | 'stuck'
  | 'unreachable'
  | 'blocked-passage'
  | 'invisible-wall'
  | 'ghost-surface'
  | 'interpenetration'
  | 'floating'
  | 'unstable'
  | 'bad-scale'
  | 'bad-up'
  | 'bad-geometry';

export type Severity = 'error' | 'warning' | 'info';

export type Point = [number, number, number];

/** Enough to see a violation again: `test WORLD --seed seed --agents agents --seconds simulatedSeconds`. */
export interface Replay {
  seed: number;
  agents: number;
  simulatedSeconds: number;
  /** Which agent met it, and when; absent for what was found in the geometry alone. */
  agent?: number;
  /** 1/60 s steps from the start of the run. */
  step?: number;
  /** Where that agent last came into the world, feet, metres. */
  spawn?: Point;
}

export interface Violation {
  /** Stable for the same world and seed: type, place and object, hashed. */
  id: string;
  type: ViolationType;
  severity: Severity;
  /** 0–1: how sure the detector is that this is a defect of the world. */
  confidence: number;
  /** World frame, metres: the middle of the defect. */
  position: Point;
  /** Full size of the defect along x, y, z, metres. */
  extent?: Point;
  /** Simulated seconds from the start of the run. */
  time?: number;
  agent?: number;
  /** Name of the node. */
  object?: string;
  message: string;
  /** The measured numbers behind the message. */
  evidence: Record<string, unknown>;
  replay: Replay;
}

/** What a detector reports; the run adds the id and the replay, and merges duplicates. */
export interface Finding {
  type: ViolationType;
  severity: Severity;
  confidence: number;
  position: Point;
  extent?: Point;
  object?: string;
  message: string;
  evidence: Record<string, unknown>;
  /** The agent that met it; absent for findings in the geometry. */
  witness?: { agent: number; step: number; spawn: Point };
}

/** How a world was turned and scaled before it was tested, because its files are not in metres with +Y up. */
export interface Mend {
  /** The files' axis that is up. */
  up: '+Y' | '+Z' | '-Z' | '+X' | '-X' | '-Y';
  /** Metres for each of the files' units. */
  scale: number;
}

export interface Coverage {
  /** Walkable area that can be reached from the spawns, m². */
  reachableArea: number;
  /** The part of it that a body stood on, m². */
  enteredArea: number;
  /** enteredArea / reachableArea, 0 where nothing is reachable. */
  ratio: number;
}

/** One seeded test of one world by agents. */
export interface TestRun {
  /** Path of the world as given. */
  world: string;
  seed: number;
  agents: number;
  simulatedSeconds: number;
  wallSeconds: number;
  agentSteps: number;
  coverage: Coverage;
  violations: Violation[];
  /** SHA-256 over the agents' paths, the coverage and the violations: equal for equal input, seed and version. */
  stateHash: string;
  /** Absent where the world was tested as its files have it. Positions are in the mended world's frame. */
  mend?: Mend;
  /** SHA-256 of the world's files, as loadWorld gives it; absent in reports of older versions. */
  worldSha256?: string;
  /**
   * Hash of the agents' paths up to each whole second, from the first on, eight digits each, separated by spaces; of the
   * first ten minutes. Two runs part in the second of the first that differs. Absent in reports of older versions.
   */
  checkpoints?: string;
}

/** A world that could not be tested, with its coded reason. */
export interface FailedRun {
  world: string;
  error: { code: ErrorCode; message: string; suggestion: string };
}
