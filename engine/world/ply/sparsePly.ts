import { DirectorError } from '../../errors.ts';
import { type PlyElement, readPlyColumn, readPlyHeader } from './readPly.ts';

/** The points that the cameras were found by, as sparse.ply holds them. */
export interface SparseCloud {
  /** xyz per point, metres, world frame. */
  positions: Float32Array;
  /** sRGB, 8 bits, rgb per point. */
  colors: Uint8Array;
  /** Per observation: index of its point. */
  observedPoint: Int32Array;
  /** Per observation: the video frame that saw it, 0-based. */
  observedFrame: Int32Array;
  /** xy per observation, in pixels of that frame's camera in world.json; (0, 0) is the first pixel's centre. */
  pixels: Float32Array;
}

const POINT_BYTES = 15;
const OBSERVATION_BYTES = 16;
/** A thousand frames with two thousand points each, twice over. */
const MAX_ROWS = 5_000_000;

/**
 * Binary little-endian PLY of two elements: `vertex` as in points.ply, and `observation` (int vertex, int frame,
 * float x, float y). Viewers show the first and pass over the second.
 */
export function writeSparsePly(cloud: SparseCloud): Uint8Array {
  const points = cloud.positions.length / 3;
  const observations = cloud.observedPoint.length;
  const header = new TextEncoder().encode(
    [
      'ply',
      'format binary_little_endian 1.0',
      'comment metres, right-handed, +Y up; x y of an observation in pixels of the camera in world.json',
      `element vertex ${points}`,
      ...['x', 'y', 'z'].map(name => `property float ${name}`),
      ...['red', 'green', 'blue'].map(name => `property uchar ${name}`),
      `element observation ${observations}`,
      'property int vertex',
      'property int frame',
      'property float x',
      'property float y',
      'end_header',
      '',
    ].join('\n'),
  );
  const bytes = new Uint8Array(header.length + points * POINT_BYTES + observations * OBSERVATION_BYTES);
  bytes.set(header);
  const view = new DataView(bytes.buffer);
  let at = header.length;
  for (let i = 0; i < points; i++, at += POINT_BYTES)
    for (let k = 0; k < 3; k++) {
      view.setFloat32(at + 4 * k, cloud.positions[3 * i + k], true);
      bytes[at + 12 + k] = cloud.colors[3 * i + k];
    }
  for (let i = 0; i < observations; i++, at += OBSERVATION_BYTES) {
    view.setInt32(at, cloud.observedPoint[i], true);
    view.setInt32(at + 4, cloud.observedFrame[i], true);
    view.setFloat32(at + 8, cloud.pixels[2 * i], true);
    view.setFloat32(at + 12, cloud.pixels[2 * i + 1], true);
  }
  return bytes;
}

/** @throws WORLD_UNREADABLE, WORLD_UNSUPPORTED, WORLD_INVALID, WORLD_TOO_LARGE */
export function readSparsePly(bytes: Uint8Array, name: string): SparseCloud {
  const { elements } = readPlyHeader(bytes, name);
  const element = (key: string): PlyElement => {
    const found = elements.get(key);
    if (!found) throw new DirectorError('WORLD_UNSUPPORTED', `${name} has no ${key}: it is no sparse cloud.`);
    if (found.count > MAX_ROWS)
      throw new DirectorError('WORLD_TOO_LARGE', `${name} has ${found.count} rows of ${key}.`);
    return found;
  };
  const vertex = element('vertex');
  const observation = element('observation');
  const cloud: SparseCloud = {
    positions: new Float32Array(3 * vertex.count),
    colors: new Uint8Array(3 * vertex.count),
    observedPoint: new Int32Array(observation.count),
    observedFrame: new Int32Array(observation.count),
    pixels: new Float32Array(2 * observation.count),
  };
  const read = (
    rows: PlyElement,
    key: string,
    into: Float32Array | Uint8Array | Int32Array,
    first = 0,
    step = 1,
  ) => {
    const property = rows.properties.get(key);
    if (!property) throw new DirectorError('WORLD_UNSUPPORTED', `${name} has no ${rows.name} ${key}.`);
    readPlyColumn(bytes, rows, property, into, first, step);
  };
  for (const [k, axis] of ['x', 'y', 'z'].entries()) read(vertex, axis, cloud.positions, k, 3);
  for (const [k, color] of ['red', 'green', 'blue'].entries()) read(vertex, color, cloud.colors, k, 3);
  read(observation, 'vertex', cloud.observedPoint);
  read(observation, 'frame', cloud.observedFrame);
  read(observation, 'x', cloud.pixels, 0, 2);
  read(observation, 'y', cloud.pixels, 1, 2);
  if (
    !cloud.positions.every(Number.isFinite) ||
    !cloud.pixels.every(Number.isFinite) ||
    cloud.observedPoint.some(point => point < 0 || point >= vertex.count) ||
    cloud.observedFrame.some(frame => frame < 0)
  )
    throw new DirectorError('WORLD_INVALID', `${name} has a value or a reference that cannot be.`);
  return cloud;
}
