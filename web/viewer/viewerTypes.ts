import type { ProgressEvent } from '../../engine/progress.ts';
import type { WorldCamera, WorldManifest } from '../../engine/world/worldSchema.ts';
import type { FileLink, ViolationView } from '../../server/api/types.ts';
import type { AgentPose } from '../../sim/browser/trace.ts';

/** What the viewer offers to those who build pages around it; createWorldViewer.ts makes one. */

export type Point = [number, number, number];

/** walk: on the ground, through the agents' walker. fly: through everything. orbit: around a point, for an overview. */
export type ViewMode = 'walk' | 'fly' | 'orbit';

/** inferred: tints what was completed rather than seen. */
export type LayerName =
  | 'visual'
  | 'collider'
  | 'navmesh'
  | 'coverage'
  | 'cameras'
  | 'inferred'
  | 'pins'
  | 'agents';

export interface WorldSources {
  /** WorldView.files: visual.glb, collider.glb and world.json, or one bare .glb. */
  files: Readonly<Record<string, FileLink>>;
  /** overlays.glb of a run: its nodes 'navmesh' and 'coverage' become layers. */
  overlays?: FileLink | undefined;
}

/** Where one looks from; plain data, fit for a permalink. */
export interface ViewState {
  mode: ViewMode;
  /** Of the eye, world, metres. */
  position: Point;
  /** Radians about +Y, 0 looks down −Z. */
  yaw: number;
  /** Radians, up is positive. */
  pitch: number;
  /** Metres to the point that is looked at; orbit turns about it. */
  distance: number;
}

export interface ViewerEvents {
  mode: ViewMode;
  /** A pin was chosen in the picture. */
  pin: { id: string };
  /** A camera of the take was chosen in the picture. */
  camera: { index: number; camera: WorldCamera };
  /** An agent was chosen in the picture. */
  agent: { index: number };
  /** The walker fell out of the world and was put back. */
  fell: { from: Point; to: Point };
  /** Layers were added or switched. */
  layers: null;
  /** The view came to rest somewhere else: time to write the permalink. */
  rest: ViewState;
  /** The pointer is held for looking around, or free again. */
  pointerLock: boolean;
}

export interface ViewerOptions {
  /** Stops loading with CANCELLED and frees what was made. */
  signal?: AbortSignal | undefined;
  onProgress?: ((event: ProgressEvent) => void) | undefined;
  /** Where to start instead of the spawn. */
  view?: ViewState | undefined;
  /** Default 'walk'. */
  mode?: ViewMode | undefined;
  /** Loses the drawing context or fails later than the promise: a DirectorError. */
  onError?: ((error: unknown) => void) | undefined;
}

export interface AgentsLayer {
  /** Metres; default the walker's body. */
  setBody(heightMeters: number, radiusMeters: number): void;
  /** Draws these from now on, in two draw calls however many; undefined ones are left out. The array is read, not kept. */
  setAgents(agents: readonly (AgentPose | undefined)[]): void;
  /** The camera stays behind this agent; undefined lets go. Moving by hand lets go as well. */
  follow(agent: number | undefined): void;
  readonly following: number | undefined;
  /** A line of places, feet, metres: the way that an agent came. Empty takes it away. */
  setTrail(points: readonly Point[]): void;
}

export interface PinsLayer {
  set(violations: readonly ViolationView[]): void;
  readonly selected: string | undefined;
  /** Marks it, shows its extent and, unless `go` is false, moves the camera there. */
  select(id: string | undefined, options?: { go?: boolean }): void;
}

export interface LayerState {
  name: LayerName;
  /** False where this world or run has nothing to show in it. */
  available: boolean;
  visible: boolean;
}

export interface WorldViewer {
  readonly canvas: HTMLCanvasElement;
  readonly manifest: WorldManifest | undefined;
  readonly triangles: number;
  /** Milliseconds by stage of the loading, for benches. */
  readonly timings: Readonly<Record<string, number>>;
  readonly mode: ViewMode;
  setMode(mode: ViewMode): void;
  getView(): ViewState;
  /** At once, or gliding there. */
  setView(view: ViewState, options?: { glide?: boolean }): void;
  /** Glides to where a place can be seen from. */
  goTo(position: Readonly<Point>, extent?: Readonly<Point>): void;
  /** Takes the place of a camera of the take. */
  goToCamera(index: number): void;
  /** Index of the take's camera that sees a place best, or undefined where there are no cameras. */
  bestCamera(position: Readonly<Point>): number | undefined;
  /** Back to where one started. */
  respawn(): void;
  readonly layers: readonly LayerState[];
  setLayer(name: LayerName, visible: boolean): void;
  /** Adds the navmesh and coverage of a run, in place of those before. */
  setOverlays(overlays: FileLink | undefined): Promise<void>;
  readonly pins: PinsLayer;
  readonly agents: AgentsLayer;
  /** Draw calls of the last drawn frame. */
  readonly drawCalls: number;
  /** The walker's feet and steps, for tests and the status line. */
  readonly walker: {
    readonly feetPosition: Readonly<Point>;
    readonly grounded: boolean;
    readonly steps: number;
  };
  on<Name extends keyof ViewerEvents>(name: Name, listener: (event: ViewerEvents[Name]) => void): () => void;
  /** Draws a frame soon even though nothing moved. */
  requestFrame(): void;
  /** Called once per animation frame before drawing, with the seconds since the last one. */
  onFrame(listener: (elapsedSeconds: number) => void): () => void;
  dispose(): void;
}
