import type { WorldModel } from '../engine/world/worldModel.ts';
import type { ScenePlan } from './grammar/plan.ts';

export type Vector3 = [number, number, number];

/** Linear rgb colours; the software camera's Lighting has the same shape. */
export interface SceneLighting {
  /** Unit vector towards the sun. */
  sunDirection: Vector3;
  sunColor: Vector3;
  skyAmbient: Vector3;
  groundAmbient: Vector3;
  background: { zenith: Vector3; horizon: Vector3 };
  fogColor: Vector3;
  fogDensityPerMeter: number;
  shadows: boolean;
  /** At most eight. */
  pointLights: { position: Vector3; color: Vector3; radiusMeters: number }[];
  exposure: number;
}

export interface SceneCamera {
  /** 4×4 column-major; the camera looks down −Z with +Y up. */
  worldFromCamera: Float64Array;
  /** Pixels; (0, 0) is the centre of the top-left pixel. */
  fx: number;
  fy: number;
  cx: number;
  cy: number;
  width: number;
  height: number;
}

/** Where a node stands at some time, and whether it is there at all. */
export interface NodeState {
  /** Index into world.nodes. */
  node: number;
  worldFromNode: Float64Array;
  visible: boolean;
}

/** A plan made into geometry, light and motion. Metres, +Y up, the floor at y = 0. */
export interface Scene {
  plan: ScenePlan;
  world: WorldModel;
  lighting: SceneLighting;
  seconds: number;
  cameraAt(timeSeconds: number): SceneCamera;
  /** Every node that moves by itself (movers, falling rain), at a time. */
  nodesAt(timeSeconds: number): NodeState[];
  spawns: { position: Vector3; yaw: number }[];
}
