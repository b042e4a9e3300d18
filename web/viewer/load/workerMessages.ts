import type { Solid } from '../../../engine/physics/solids.ts';
import type { ProgressEvent } from '../../../engine/progress.ts';
import type { WorldFromBytes } from '../../../engine/world/loadWorldFromBytes.ts';

/** What the page and world.worker.ts say to each other; one job a worker. */
export interface WorldJob {
  /** Addresses, absolute or on this server. */
  visual: string;
  collider?: string | undefined;
  manifest?: string | undefined;
  /** Bytes of all files together, for the progress. */
  totalBytes: number;
  /** False for overlays, which are not touched. */
  solid: boolean;
}

export interface ReadWorld extends WorldFromBytes {
  /** Empty where the job did not ask for them. */
  solids: Solid[];
}

export type WorkerMessage =
  | { kind: 'progress'; event: ProgressEvent }
  | { kind: 'result'; world: ReadWorld }
  | { kind: 'failed'; error: { code: string; message: string; suggestion: string } };
