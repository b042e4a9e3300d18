import type { WorldModel } from '../world/worldModel.ts';
import { intrinsicsFromHorizontalFov, lookAt, type Vector3 } from './cameraMath.ts';
import type { CameraView, Lighting, RenderedFrame } from './cameraTypes.ts';
import { createSoftwareCamera, type SoftwareCamera } from './softwareCamera.ts';
import type { Bounds } from './sunFit.ts';

export interface PreviewOptions {
  /** Pixels; default 960 × 540. */
  width?: number;
  height?: number;
}

export interface Preview {
  frame: RenderedFrame;
  view: CameraView;
  lighting: Lighting;
  /** Whether the picture was taken inside, under a ceiling. */
  inside: boolean;
}

const DEFAULT_WIDTH = 960;
const DEFAULT_HEIGHT = 540;
/** Wide enough to show a room, not so wide that things bend at the rim. */
const INSIDE_FOV_RADIANS = 1.35;
const OUTSIDE_FOV_RADIANS = 0.8;
const EYE_HEIGHT_METERS = 1.6;
/** Side of the small pictures that viewpoints are judged by. */
const PROBE_PIXELS = 32;
/** Share of the sky above a place that has to be covered for the place to be indoors. */
const CEILING_SHARE = 0.6;
/** Places tried along each horizontal axis, and directions at each. */
const PLACES_PER_AXIS = 4;
const DIRECTIONS = 8;
const OUTSIDE_ELEVATION_RADIANS = 0.6;
/** Share of the picture's half width that a world's box may reach to. */
const FRAME_FILL = 0.97;
/** What one more visible node is worth, as a share of the picture covered. */
const NODE_SCORE = 0.05;

const INSIDE_LIGHTING: Lighting = {
  sunDirection: [0.35, 0.8, 0.5],
  sunColor: [0.3, 0.29, 0.27],
  skyAmbient: [0.6, 0.61, 0.63],
  groundAmbient: [0.5, 0.48, 0.45],
  background: { zenith: [0.25, 0.3, 0.38], horizon: [0.45, 0.48, 0.52] },
  fogColor: [0.5, 0.5, 0.5],
  fogDensityPerMeter: 0,
  // A ceiling would keep all of the sun out.
  shadows: false,
  exposure: 1,
};

const OUTSIDE_LIGHTING: Lighting = {
  ...INSIDE_LIGHTING,
  sunColor: [0.6, 0.57, 0.5],
  skyAmbient: [0.45, 0.48, 0.55],
  groundAmbient: [0.3, 0.28, 0.25],
  background: { zenith: [0.2, 0.38, 0.7], horizon: [0.68, 0.76, 0.85] },
  shadows: true,
};

/**
 * A picture that shows what a world is: from inside, at eye height, where it has a ceiling; otherwise from above
 * at an angle. Viewpoints are judged by small pictures, so the choice needs nothing but triangles.
 * @throws WORLD_INVALID as createSoftwareCamera does.
 */
export async function renderPreview(world: WorldModel, options: PreviewOptions = {}): Promise<Preview> {
  const { width = DEFAULT_WIDTH, height = DEFAULT_HEIGHT } = options;
  const camera = await createSoftwareCamera(world, { samplesPerAxis: 2 });
  try {
    const bounds = camera.bounds() ?? { min: [-1, -1, -1], max: [1, 1, 1] };
    const probe = await createSoftwareCamera(world);
    const insidePose = chooseInside(probe, bounds);
    const pose = insidePose ?? chooseOutside(probe, bounds, width / height);
    probe.dispose();
    const inside = insidePose !== undefined;
    const lighting = inside ? INSIDE_LIGHTING : OUTSIDE_LIGHTING;
    const view: CameraView = {
      worldFromCamera: pose,
      ...intrinsicsFromHorizontalFov(inside ? INSIDE_FOV_RADIANS : OUTSIDE_FOV_RADIANS, width, height),
    };
    return { frame: camera.render(view, lighting), view, lighting, inside };
  } finally {
    camera.dispose();
  }
}

function probeView(camera: SoftwareCamera, worldFromCamera: Float64Array, fovRadians: number): RenderedFrame {
  return camera.render(
    { worldFromCamera, ...intrinsicsFromHorizontalFov(fovRadians, PROBE_PIXELS, PROBE_PIXELS) },
    { ...INSIDE_LIGHTING, shadows: false },
  );
}

function coveredShare(frame: RenderedFrame): number {
  let covered = 0;
  for (const id of frame.nodeId) if (id) covered++;
  return covered / frame.nodeId.length;
}

/** The best pose under a ceiling, or undefined where the world has none. */
function chooseInside(camera: SoftwareCamera, { min, max }: Bounds): Float64Array | undefined {
  const worldHeight = max[1] - min[1];
  const eyeHeight = Math.min(EYE_HEIGHT_METERS, worldHeight / 2);
  let indoors = 0;
  let best: { score: number; pose: Float64Array } | undefined;
  for (let i = 0; i < PLACES_PER_AXIS; i++) {
    for (let j = 0; j < PLACES_PER_AXIS; j++) {
      const x = min[0] + ((i + 0.5) / PLACES_PER_AXIS) * (max[0] - min[0]);
      const z = min[2] + ((j + 0.5) / PLACES_PER_AXIS) * (max[2] - min[2]);
      const eye: Vector3 = [x, min[1] + eyeHeight, z];
      const above = probeView(camera, lookAt(eye, [x, max[1] + 1, z]), 1.2);
      const below = probeView(camera, lookAt(eye, [x, min[1] - 1, z]), 1.2);
      if (coveredShare(above) < CEILING_SHARE || coveredShare(below) < CEILING_SHARE) continue;
      indoors++;
      for (let k = 0; k < DIRECTIONS; k++) {
        const yaw = (2 * Math.PI * k) / DIRECTIONS + 0.2;
        // Slightly down: floors tell more about a place than ceilings.
        const pose = lookAt(eye, [x + Math.sin(yaw), eye[1] - 0.12, z + Math.cos(yaw)]);
        const score = insideScore(probeView(camera, pose, INSIDE_FOV_RADIANS));
        if (!best || score > best.score) best = { score, pose };
      }
    }
  }
  // A canopy or a bridge over a part of the world does not make it a room.
  return indoors >= (PLACES_PER_AXIS * PLACES_PER_AXIS) / 4 ? best?.pose : undefined;
}

/** High for views that reach far, show many nodes, and have neither holes nor something right before the lens. */
function insideScore(frame: RenderedFrame): number {
  let reach = 0;
  const nodes = new Set<number>();
  frame.depth.forEach((depth, i) => {
    if (depth === Infinity) reach -= 2;
    else reach += depth < 0.8 ? -2 : Math.log(depth / 0.8);
    nodes.add(frame.nodeId[i]);
  });
  return reach / frame.depth.length + 0.5 * Math.log(1 + nodes.size);
}

/** From above at an angle, as near as the whole box fits the picture; the side that shows most. */
function chooseOutside(camera: SoftwareCamera, { min, max }: Bounds, aspect: number): Float64Array {
  const center: Vector3 = [(min[0] + max[0]) / 2, (min[1] + max[1]) / 2, (min[2] + max[2]) / 2];
  const tanX = Math.tan(OUTSIDE_FOV_RADIANS / 2) * FRAME_FILL;
  const tanY = tanX / aspect;
  let best: { score: number; pose: Float64Array } | undefined;
  for (let k = 0; k < DIRECTIONS; k++) {
    const yaw = (2 * Math.PI * (k + 0.4)) / DIRECTIONS;
    const back: Vector3 = [
      Math.cos(OUTSIDE_ELEVATION_RADIANS) * Math.sin(yaw),
      Math.sin(OUTSIDE_ELEVATION_RADIANS),
      Math.cos(OUTSIDE_ELEVATION_RADIANS) * Math.cos(yaw),
    ];
    const axes = lookAt(back, [0, 0, 0]);
    let distance = 0.1;
    for (let corner = 0; corner < 8; corner++) {
      const p = [0, 1, 2].map(axis => (corner & (1 << axis) ? max[axis] : min[axis]) - center[axis]);
      const along = (column: number) =>
        axes[column] * p[0] + axes[column + 1] * p[1] + axes[column + 2] * p[2];
      distance = Math.max(
        distance,
        along(8) + Math.abs(along(0)) / tanX,
        along(8) + Math.abs(along(4)) / tanY,
      );
    }
    const eye: Vector3 = [
      center[0] + distance * back[0],
      center[1] + distance * back[1],
      center[2] + distance * back[2],
    ];
    const pose = lookAt(eye, center);
    const frame = probeView(camera, pose, OUTSIDE_FOV_RADIANS);
    const score = coveredShare(frame) + NODE_SCORE * new Set(frame.nodeId).size;
    if (!best || score > best.score) best = { score, pose };
  }
  return best ? best.pose : lookAt(max, center);
}
