import type { ProgressEvent } from '../../engine/progress.ts';
import type { WorldManifest } from '../../engine/world/worldSchema.ts';
import type { FileLink, ViolationView } from '../../server/api/types.ts';
import type { AgentPose } from '../../sim/browser/trace.ts';
import type { ApiFailure } from '../api/apiFailure.ts';

/**
 * What the pages say to the 3D view of a world, which createWorldViewer.ts makes. World frame throughout: metres,
 * right-handed, +Y up.
 */

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
  /** A camera of the take, by its index in the manifest. */
  | { kind: 'camera'; camera: number }
  /** Anything else of the world, where it was hit. */
  | { kind: 'world'; position: Point; object?: string }
  | { kind: 'nothing' };

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

export interface LayerState {
  name: LayerName;
  /** False where this world or run has nothing to show in it. */
  available: boolean;
  visible: boolean;
}

export interface ViewerEvents {
  /** The camera's mode changed, by hand or by call. */
  mode: CameraMode;
  /** A layer came, went or was switched. */
  layers: readonly LayerState[];
  /** The walker fell out of the world and was put back at the start. */
  fell: { from: Point };
  /** The view has come to rest after moving: time to write a permalink. */
  rest: CameraView;
  /** The pointer is held for looking around, or free again. */
  pointerLock: boolean;
}

export interface WorldViewer {
  readonly agents: AgentLayer;
  readonly camera: {
    get(): CameraView;
    /** Goes there at once; parts left out stay as they are. */
    set(view: Partial<CameraView>): void;
  };
  /** The pins to show, replacing those before. */
  setPins(violations: readonly ViolationView[]): void;
  /** Marks a pin as the selected one and shows its extent; null for none. */
  selectPin(id: string | null): void;
  /** Moves the camera to where the violation can be seen. */
  goToViolation(violation: ViolationView): void;
  /** Moves the camera to where a camera of the take was. */
  goToCamera(camera: number): void;
  /** Puts the walker back to where one starts. */
  respawn(): void;
  readonly layers: readonly LayerState[];
  setLayer(name: LayerName, visible: boolean): void;
  /** The navmesh and coverage of a run (its overlays.glb), in place of those before. Errors: those of loading a world. */
  setOverlays(overlays: FileLink | undefined): Promise<void>;
  /** world.json; absent for a bare file. */
  readonly manifest: WorldManifest | undefined;
  /** Listens; gives what ends it. */
  on<Name extends keyof ViewerEvents>(name: Name, listener: (event: ViewerEvents[Name]) => void): () => void;
  /** A click or tap in the view. Gives what ends it. */
  onPick(listener: (pick: Pick) => void): () => void;
  /** Before every drawn frame, with the time since the last, seconds. Gives what ends it. */
  onFrame(listener: (elapsedSeconds: number) => void): () => void;
  dispose(): void;
}

/** The files of a world as the API gives them: WorldView.files. */
export type WorldFiles = Readonly<Record<string, FileLink>>;

export interface ViewerOptions {
  /** Stops the loading with CANCELLED and frees what was made. */
  signal?: AbortSignal | undefined;
  onProgress?: ((event: ProgressEvent) => void) | undefined;
  /** A failure after loading, e.g. of the graphics. */
  onError?: ((error: ApiFailure) => void) | undefined;
}

/** What createWorldViewer.ts exports. */
export type CreateWorldViewer = (
  canvas: HTMLCanvasElement,
  files: WorldFiles,
  options?: ViewerOptions,
) => Promise<WorldViewer>;
