import type {
  JobView,
  NewProduction,
  NewRun,
  Page,
  ProductionSummary,
  ProductionView,
  RunView,
  UploadView,
  WorldView,
} from '../api/types.ts';
import type { StoredFile } from '../files/fileStore.ts';

/**
 * What people can do with productions, worlds, runs and jobs: the doors that the HTTP API and the sockets go
 * through. Every method reads or writes the database in small transactions and schedules work; none computes.
 * All throw UNKNOWN_ID where an id names nothing, and STATE_CONFLICT where the state does not allow what is asked,
 * naming the state and what would help.
 */
export interface Studio {
  createProduction(wish: NewProduction): Promise<ProductionView>;
  /** Newest first. */
  listProductions(page: PageRequest): Promise<Page<ProductionSummary>>;
  getProduction(id: string): Promise<ProductionView>;
  /** Cancels its jobs first. Its worlds and runs go with it; stored files stay. */
  deleteProduction(id: string): Promise<void>;
  /** Lifts another take of the last iteration: its world, test and revision are made anew. */
  pickTake(id: string, iteration: number, take: string): Promise<ProductionView>;
  /** Accepts the last iteration's revised prompt, or the one given, and starts the next iteration. */
  nextIteration(id: string, prompt: string | undefined): Promise<ProductionView>;
  /** Runs on without asking until this many iterations are done. */
  setAutopilot(id: string, iterations: number): Promise<ProductionView>;
  pauseProduction(id: string): Promise<ProductionView>;
  resumeProduction(id: string): Promise<ProductionView>;
  /** Stops the step that runs; what was finished is kept. */
  cancelProduction(id: string): Promise<ProductionView>;
  /** Runs the step that failed or was cancelled again. */
  retryProduction(id: string): Promise<ProductionView>;
  /** production.json as `direct` writes it, and all files by their path in the production's folder. */
  exportProduction(id: string): Promise<{ production: unknown; files: Record<string, StoredFile> }>;

  listJobs(page: PageRequest & { state?: JobView['state'] }): Promise<Page<JobView>>;
  getJob(id: string): Promise<JobView>;
  /** How many jobs there are in each state. */
  countJobs(): Promise<Record<JobView['state'], number>>;
  cancelJob(id: string): Promise<JobView>;
  pauseJob(id: string): Promise<JobView>;
  resumeJob(id: string): Promise<JobView>;
  retryJob(id: string): Promise<JobView>;

  /** A world of an uploaded GLB. */
  createWorld(uploadId: string): Promise<WorldView>;
  /** A world whose files are in storage already. Checked by the one who gives it; source 'upload'. */
  importWorld(world: ImportedWorld): Promise<WorldView>;
  listWorlds(page: PageRequest): Promise<Page<WorldView>>;
  getWorld(id: string): Promise<WorldView>;

  createRun(wish: NewRun): Promise<RunView>;
  listRuns(page: PageRequest & { worldId?: string }): Promise<Page<RunView>>;
  getRun(id: string): Promise<RunView>;

  createUpload(upload: NewUpload): Promise<UploadView>;
  getUpload(id: string): Promise<UploadView>;
}

export interface PageRequest {
  /** 1 to 100. */
  limit: number;
  /** `next` of the page before. */
  after?: string;
}

export interface NewUpload {
  name: string;
  kind: 'video' | 'world';
  file: StoredFile;
  video: UploadView['video'];
}

export interface ImportedWorld {
  name: string;
  /** By path in the world folder; one .glb for a bare file. */
  files: Record<string, StoredFile>;
}
