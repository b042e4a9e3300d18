import { Matrix, Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import type { Scene } from '@babylonjs/core/scene.js';
import type { PhysicsWorld } from '../../engine/physics/createPhysicsWorld.ts';
import type { WorldModel } from '../../engine/world/worldModel.ts';
import type { WorldCamera } from '../../engine/world/worldSchema.ts';
import type { EyeCamera } from './camera/eyeCamera.ts';
import type { AgentMeshes } from './layers/agents.ts';
import { drawnCameras } from './layers/frusta.ts';
import { pickPin } from './layers/pinLayout.ts';
import type { PinLayer } from './layers/pins.ts';
import type { WorldLayers } from './layers/worldLayers.ts';
import type { Pick, Point } from './viewerTypes.ts';

export interface PickerScene {
  canvas: HTMLCanvasElement;
  scene: Scene;
  camera: EyeCamera;
  physics: { castRay: PhysicsWorld['castRay'] };
  pins: PinLayer;
  agents: AgentMeshes;
  cameras: readonly WorldCamera[];
  layers: WorldLayers;
  collider: WorldModel;
}

/** CSS pixels beside a thing that still hit it. */
const SLACK = { mouse: 2, touch: 12, camera: 14 };
/** Metres that a click reaches. */
const REACH = 500;

export interface Picker {
  /** CSS pixels and distance along the view; undefined behind the eye. */
  toScreen(place: readonly number[]): { x: number; y: number; depth: number } | undefined;
  pick(x: number, y: number, byTouch: boolean): Pick;
}

/** What lies under a click: pins first, then agents, cameras of the take, the world itself. */
export function createPicker(parts: PickerScene): Picker {
  const { canvas, scene, camera, physics, pins, agents, cameras, layers, collider } = parts;
  const place3 = new Vector3();
  const inView = new Vector3();

  function toScreen([x, y, z]: readonly number[]) {
    place3.copyFromFloats(x, y, z);
    Vector3.TransformCoordinatesToRef(place3, camera.getViewMatrix(), inView);
    const depth = -inView.z;
    if (depth <= camera.minZ) return undefined;
    Vector3.TransformCoordinatesToRef(place3, scene.getTransformMatrix(), inView);
    return {
      x: (inView.x * 0.5 + 0.5) * canvas.clientWidth,
      y: (0.5 - inView.y * 0.5) * canvas.clientHeight,
      depth,
    };
  }

  const shows = (name: string) => layers.states().some(layer => layer.name === name && layer.visible);

  function pickAgent(x: number, y: number, slack: number): number {
    const { heightMeters, radiusMeters } = agents.body;
    let best = -1;
    let bestDepth = Infinity;
    agents.poses.forEach((pose, agent) => {
      const feet = toScreen([pose.x, pose.y, pose.z]);
      const head = toScreen([pose.x, pose.y + heightMeters, pose.z]);
      if (!feet || !head || feet.depth >= bestDepth) return;
      const halfWidth = (Math.abs(feet.y - head.y) * radiusMeters) / heightMeters + slack;
      if (Math.abs(x - (feet.x + head.x) / 2) > halfWidth || y > feet.y + slack || y < head.y - slack) return;
      best = agent;
      bestDepth = feet.depth;
    });
    return best;
  }

  function pickCamera(x: number, y: number): number {
    let best = -1;
    let bestAway = SLACK.camera;
    for (const index of drawnCameras(cameras.length)) {
      const at = toScreen(cameras[index].position);
      const away = at ? Math.hypot(at.x - x, at.y - y) : Infinity;
      if (away >= bestAway) continue;
      bestAway = away;
      best = index;
    }
    return best;
  }

  function pickWorld(x: number, y: number): Pick {
    const clip = new Vector3((x / canvas.clientWidth) * 2 - 1, 1 - (y / canvas.clientHeight) * 2, 1);
    const far = Vector3.TransformCoordinates(clip, Matrix.Invert(scene.getTransformMatrix()));
    const way = far.subtract(camera.position).normalize().scale(REACH).add(camera.position);
    const from: [number, number, number] = [camera.position.x, camera.position.y, camera.position.z];
    const hit = physics.castRay(from, [way.x, way.y, way.z]);
    if (!hit) return { kind: 'nothing' };
    const object = collider.nodes[hit.node]?.name;
    const position: Point = hit.position;
    return { kind: 'world', position, ...(object === undefined ? {} : { object }) };
  }

  return {
    toScreen,
    pick(x, y, byTouch) {
      const slack = byTouch ? SLACK.touch : SLACK.mouse;
      const pin = shows('pins') ? pickPin(pins.violations, toScreen, x, y, slack) : -1;
      if (pin >= 0) return { kind: 'violation', id: pins.violations[pin].id };
      const agent = shows('agents') ? pickAgent(x, y, slack) : -1;
      if (agent >= 0) return { kind: 'agent', agent };
      const shot = shows('cameras') ? pickCamera(x, y) : -1;
      if (shot >= 0) return { kind: 'camera', camera: shot };
      return pickWorld(x, y);
    },
  };
}
