import type { LongOptions } from '../../engine/progress.ts';

/** What one take is asked to be. Everything in it is plain JSON, so it can be stored, hashed and sent to a worker. */
export interface GenerationRequest {
  prompt: string;
  /** Length of the video. */
  seconds: number;
  /** Pixels. */
  width: number;
  /** Pixels. */
  height: number;
  framesPerSecond: number;
  /** 32-bit unsigned integer; the same request and seed give the same bytes where the provider is deterministic. */
  seed: number;
  /** Absolute path of a failure model; only the procedural provider takes one. */
  failureModel?: string;
}

export type JobState = 'queued' | 'running' | 'completed' | 'failed';

/** Why a job failed, in the provider's words. */
export interface JobError {
  /** Code of engine/errors.ts where one fits, e.g. 'PROVIDER_MODERATED'. */
  code: string;
  message: string;
  suggestion?: string;
}

export interface JobStatus {
  state: JobState;
  /** 0 to 1, where the provider knows. */
  fraction?: number;
  /** What is being done, for a progress line. */
  message?: string;
  /** What the person should know about a completed job: words not understood, things left out. */
  notes?: string[];
  /** Present exactly when the state is 'failed'. */
  error?: JobError;
}

/**
 * What makes videos from a prompt. A job is started once, polled, and downloaded once; generate() is the only
 * caller and drives at most two jobs at a time. Implementations hold no global state: two instances do not meet.
 */
export interface Provider {
  readonly name: string;
  /** The model's name as provenance records it, e.g. 'sora-director/procedural@1' or 'sora-2'. */
  readonly model: string;
  /**
   * Whether a job outlives this process. True: the id is stored before the first poll and a restart polls it
   * again instead of paying twice. False: a restart starts the job anew.
   */
  readonly durable: boolean;
  /** How long to wait between two polls. */
  readonly pollMilliseconds: number;
  /** Whether the same request gives the same bytes. */
  readonly deterministic: boolean;
  /** Extension of the files that `download` writes, with its dot; '.mp4' where absent. */
  readonly fileExtension?: string;
  /**
   * Throws a coded error for a request that the provider cannot meet (sizes, lengths, rates), before anything
   * is started or paid.
   */
  validate(request: GenerationRequest): Promise<void>;
  /**
   * Starts a job and returns at once (the work goes on in a worker or on the far side).
   * @param key names the job, the same when the same take is asked for again: a remote sends it as the
   *   idempotency key, a local provider may name its temporary files by it.
   */
  start(request: GenerationRequest, key: string, options?: LongOptions): Promise<{ id: string }>;
  status(id: string, options?: LongOptions): Promise<JobStatus>;
  /**
   * Writes a completed job's video to `file` (in an existing folder), whole or not at all: written
   * beside it under another name, then renamed. A provider that knows the truth writes it, also atomically and
   * before the video, to the folder `truthFolder(file)`.
   */
  download(id: string, file: string, options?: LongOptions): Promise<void>;
  /** Stops a job and frees what it holds; unknown or finished ids are no error. */
  cancel(id: string): Promise<void>;
}

/** Where the truth of a take lies: DIR/take-01.mp4 → DIR/take-01.truth. */
export function truthFolder(videoFile: string): string {
  return `${videoFile.replace(/\.[^./\\]+$/, '')}.truth`;
}
