import { intrinsicsFromHorizontalFov, lookAt, type Vector3 } from '../../../engine/camera/cameraMath.ts';
import type { CameraView, RenderedFrame } from '../../../engine/camera/cameraTypes.ts';
import type { SoftwareCamera } from '../../../engine/camera/softwareCamera.ts';
import type { Point, Violation } from '../../types.ts';
import { encodePicture } from './encodePicture.ts';
import type { Picture } from './illustration.ts';
import { inspectionLight } from './inspectionLight.ts';

const WIDTH = 480;
const HEIGHT = 270;
const FOV_RADIANS = 1.05;
/** Small pictures by which viewpoints are judged. */
const PROBE_WIDTH = 48;
const PROBE_HEIGHT = 27;
const DIRECTIONS = 10;
/** Down onto floors from a person's height, from a ladder, from nearly above. */
const ELEVATIONS = [0.4, 0.75, 1.2];
/** Of the wanted distance: the nearer ones fit into rooms. */
const DISTANCES = [1, 0.6];
/** Half a defect's size is at least this, metres: a crack needs its surroundings. */
const LEAST_RADIUS_METERS = 0.4;
/** What an agent met has a place and no size: as much as a body and the ground around it, metres. */
const UNSIZED_RADIUS_METERS = 1.1;
/** Distance in radii at which a defect takes up about a third of the picture. */
const DISTANCE_RADII = 4;
/** Before the defect by more than this, something hides it, metres. */
const SLACK_METERS = 0.15;

/** Of one world: for the picture, and for the small ones that are tried before. */
export interface Cameras {
  camera: SoftwareCamera;
  probe: SoftwareCamera;
}

/** A picture of a defect from the viewpoint that shows it best, marked. */
export async function takePicture(
  { camera, probe }: Cameras,
  violation: Violation,
  node: number,
): Promise<Picture> {
  const { type, position, extent = [0, 0, 0] } = violation;
  const size = Math.hypot(...extent);
  const radius = size > 0 ? Math.max(LEAST_RADIUS_METERS, size / 2) : UNSIZED_RADIUS_METERS;
  const eye = bestViewpoint(probe, position, radius, node, type === 'leak');
  const view: CameraView = {
    worldFromCamera: lookAt(eye, position),
    ...intrinsicsFromHorizontalFov(FOV_RADIANS, WIDTH, HEIGHT),
  };
  const distance = Math.hypot(...eye.map((value, axis) => value - position[axis]));
  const frame = camera.render(view, inspectionLight(eye, distance));
  return {
    image: await encodePicture(frame),
    widthPixels: WIDTH,
    heightPixels: HEIGHT,
    at: project(view, position) ?? [WIDTH / 2, HEIGHT / 2],
    edges: boxEdges(view, position, extent),
  };
}

function bestViewpoint(
  camera: SoftwareCamera,
  target: Point,
  radius: number,
  node: number,
  intoVoid: boolean,
): Vector3 {
  let best: { eye: Vector3; score: number } = { eye: target, score: -Infinity };
  for (const share of DISTANCES)
    for (const elevation of ELEVATIONS)
      for (let i = 0; i < DIRECTIONS; i++) {
        const yaw = (2 * Math.PI * (i + 0.3)) / DIRECTIONS;
        const distance = DISTANCE_RADII * radius * share;
        const eye: Vector3 = [
          target[0] + distance * Math.cos(elevation) * Math.sin(yaw),
          target[1] + distance * Math.sin(elevation),
          target[2] + distance * Math.cos(elevation) * Math.cos(yaw),
        ];
        const view = {
          worldFromCamera: lookAt(eye, target),
          ...intrinsicsFromHorizontalFov(FOV_RADIANS, PROBE_WIDTH, PROBE_HEIGHT),
        };
        const score = judge(
          camera.render(view, inspectionLight()),
          distance,
          radius,
          view.fx,
          node,
          intoVoid,
        );
        if (score > best.score) best = { eye, score };
      }
  return best.eye;
}

/**
 * High where nothing hides the defect, its object shows, and its surroundings are neither void nor clutter.
 * @param intoVoid where the world ends is seen best with a third of the void in the picture.
 */
function judge(
  frame: RenderedFrame,
  distance: number,
  radius: number,
  focal: number,
  node: number,
  intoVoid: boolean,
): number {
  const { width, height, depth, nodeId } = frame;
  const half = Math.max(2, Math.min(height / 2 - 1, (0.6 * radius * focal) / distance));
  let middle = 0;
  let hidden = 0;
  let near = 0;
  let empty = 0;
  let object = 0;
  const nodes = new Set<number>();
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) {
      const i = row * width + column;
      if (depth[i] === Infinity) empty++;
      else {
        if (depth[i] < 0.4 * distance) near++;
        nodes.add(nodeId[i]);
        if (nodeId[i] === node + 1) object++;
      }
      if (Math.abs(column - width / 2) > half || Math.abs(row - height / 2) > half) continue;
      middle++;
      if (depth[i] < distance - radius - SLACK_METERS) hidden++;
    }
  const pixels = width * height;
  return (
    -2 * (hidden / middle) -
    1.5 * (near / pixels) -
    (intoVoid ? 2 * Math.abs(empty / pixels - 1 / 3) : 0.5 * (empty / pixels)) +
    (node < 0 ? 0 : Math.min(1, object / pixels / 0.04)) +
    0.04 * Math.min(8, nodes.size)
  );
}

/** Pixels of a place; undefined behind the lens. */
function project(
  { worldFromCamera: m, fx, fy, cx, cy }: CameraView,
  place: Vector3,
): [number, number] | undefined {
  const offset = [place[0] - m[12], place[1] - m[13], place[2] - m[14]];
  const along = (column: number) =>
    m[column] * offset[0] + m[column + 1] * offset[1] + m[column + 2] * offset[2];
  const depth = -along(8);
  if (depth < 0.05) return undefined;
  return [round(cx + (fx * along(0)) / depth), round(cy - (fy * along(4)) / depth)];
}

function boxEdges(view: CameraView, middle: Point, extent: Point): Picture['edges'] {
  if (Math.hypot(...extent) < 0.02) return [];
  const corners = Array.from({ length: 8 }, (_, corner) =>
    project(
      view,
      middle.map((value, axis) => value + (corner & (1 << axis) ? 0.5 : -0.5) * extent[axis]) as Point,
    ),
  );
  const edges = new Map<string, [number, number, number, number]>();
  for (let corner = 0; corner < 8; corner++)
    for (const bit of [1, 2, 4]) {
      const a = corners[corner];
      const b = corners[corner | bit];
      if (corner & bit || !a || !b || (a[0] === b[0] && a[1] === b[1])) continue;
      // A box without a height has each of its edges twice.
      edges.set([...a, ...b].join(), [...a, ...b]);
    }
  return [...edges.values()];
}

function round(pixels: number): number {
  return Math.round(10 * pixels) / 10;
}
