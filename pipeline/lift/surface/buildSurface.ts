import { DirectorError } from '../../../engine/errors.ts';
import type { WorldCamera } from '../../../engine/world/worldSchema.ts';
import type { SparseReconstruction } from '../types.ts';
import type { PosedDepth } from './checkConsistency.ts';
import { checkPlanes } from './checkPlanes.ts';
import { extractSurface, type SurfaceMesh } from './extractSurface.ts';
import { flattenPlanes } from './flattenPlanes.ts';
import { fuseDepthMaps, type SignedDistanceGrid } from './fuseDepthMaps.ts';
import type { Timed } from './measureDepth.ts';
import { removeSmallPieces } from './meshTools.ts';
import { carryPlanes } from './planePriors.ts';
import { findPlanes, type NoiseAt, type Plane, regridPlanes } from './planes.ts';
import { removeFragments } from './removeFragments.ts';
import { settlePlanes } from './settlePlanes.ts';
import { surfacePoints } from './surfacePoints.ts';
import { findUpright, type Upright, uprightCamera } from './upright.ts';
import { cameraCenter } from './view.ts';
import { toWorldCamera } from './worldCameras.ts';

/** Depth beyond this many camera heights is too coarse to be surface from a walk of a few metres. */
const MAX_DEPTH_METERS = 30;
/** A depth's deviation may be this share of it. */
const MAX_UNCERTAINTY = 0.04;
/** Summed confidence a voxel needs: about three agreeing views. */
const MINIMUM_WEIGHT = 0.7;
/** Fewer maps than this do not show the planes of a place. */
const LEAST_MAPS = 7;
/** Less of what was measured is no floor. */
const LEAST_FLOOR_SHARE = 0.01;
const MINIMUM_PIECE_SQUARE_METERS = 0.06;
/** Fused depths err less than single ones. */
const FUSED_SHARE = 0.35;

export interface SurfaceOptions {
  voxelMeters: number;
  /** How high above the floor the camera was held; absent: 1.6 m, a person's hand at eye level. */
  cameraHeightMeters?: number | undefined;
  signal?: AbortSignal | undefined;
}

/** All in metres, upright, the floor at 0. */
export interface BuiltSurface {
  upright: Upright;
  /** The maps as they were measured, and with what planes carry. */
  metric: PosedDepth[];
  carried: PosedDepth[];
  grid: SignedDistanceGrid;
  cameras: WorldCamera[];
  /** Where the cameras stood. */
  path: WorldCamera['position'][];
  mesh: SurfaceMesh;
  planes: Plane[];
  /** How many small pieces, and parts that stand apart, were taken away. */
  pieces: number;
  fragments: number;
}

/**
 * From depth to the surface that was seen, upright and in metres, and its planes.
 * @throws LIFT_NO_SURFACE where nothing solid comes out; CANCELLED
 */
export async function buildSurface(
  { frames, intrinsics }: SparseReconstruction,
  maps: readonly PosedDepth[],
  { voxelMeters, cameraHeightMeters, signal }: SurfaceOptions,
  timed: Timed,
): Promise<BuiltSurface> {
  const upright = await timed('upright', 0.7, () =>
    findUpright(
      frames.map(frame => frame.cameraFromWorld),
      surfacePoints(maps, 4),
      cameraHeightMeters ?? 1.6,
    ),
  );
  const metric = maps.map(map => toMetric(map, upright));
  const noiseAt = noiseOf(metric);
  const measuredPlanes = await timed('planes', 0.72, async () => {
    // Every second map shows the planes as well, in half the time.
    const some = metric.filter((_, i) => i % 2 === 0 || metric.length < 2 * LEAST_MAPS);
    const measured = await fuseDepthMaps(some, voxelMeters, MAX_DEPTH_METERS, signal);
    const found = findPlanes(
      extractSurface(measured, (MINIMUM_WEIGHT * some.length) / metric.length),
      noiseAt,
    );
    return checkPlanes(await settlePlanes(found, metric, noiseAt, signal), metric, signal);
  });
  const carried = await timed('carry', 0.75, () => carryPlanes(metric, measuredPlanes, signal));
  const grid = await timed('fuse', 0.77, () => fuseDepthMaps(carried, voxelMeters, MAX_DEPTH_METERS, signal));
  const cameras = frames.map(({ frame, timeSeconds, cameraFromWorld }) =>
    toWorldCamera(frame, timeSeconds, uprightCamera(cameraFromWorld, upright), intrinsics),
  );
  const path = cameras.map(camera => camera.position);
  const { mesh, planes, pieces, fragments } = await timed('surface', 0.8, () => {
    const large = removeSmallPieces(extractSurface(grid, MINIMUM_WEIGHT), MINIMUM_PIECE_SQUARE_METERS);
    const place = removeFragments(large.mesh, path);
    const planes = regridPlanes(measuredPlanes, place.mesh, noiseAt);
    const flat = flattenPlanes(place.mesh, planes, noiseAt);
    return { mesh: flat, planes, pieces: large.removed, fragments: place.removed };
  });
  if (mesh.indices.length === 0) throw noSurface(maps, upright, pieces + fragments);

  return {
    upright,
    metric,
    carried,
    grid,
    cameras,
    path,
    mesh,
    planes,
    pieces,
    fragments,
  };
}

/** Why there is none: without ground beneath the cameras nothing tells how large the place is, and what of it is near. */
function noSurface(maps: readonly PosedDepth[], { floorShare }: Upright, floaters: number): DirectorError {
  const shares = maps.map(
    ({ depth: { inverseDepth } }) => inverseDepth.reduce((sum, q) => sum + +(q > 0), 0) / inverseDepth.length,
  );
  const measuredShare = shares.reduce((sum, share) => sum + share, 0) / shares.length;
  const details = { depthMaps: maps.length, floaters, measuredShare, floorShare };
  if (floorShare >= LEAST_FLOOR_SHARE)
    return new DirectorError('LIFT_NO_SURFACE', 'No surface was seen alike by enough views.', { details });
  return new DirectorError(
    'LIFT_NO_SURFACE',
    `No ground was found beneath the camera: depth could be measured in ${Math.round(100 * measuredShare)} % of the picture, and no more than ${Math.ceil(100 * floorShare)} % of that lies level below. Bare or blurred ground shows nothing to measure it by, and what is seen far away is no place to walk in.`,
    { details, suggestion: 'Ask for textured ground near the camera, and for a slower camera.' },
  );
}

/**
 * The map in metres (depth grows with the scale, inverse depth shrinks), less the depths that the views' baselines do
 * not measure: they scatter along the line of sight.
 */
function toMetric({ view, depth }: PosedDepth, upright: Upright): PosedDepth {
  const { scale } = upright;
  const inverseDepth = new Float32Array(depth.inverseDepth.length);
  const confidence = new Float32Array(inverseDepth.length);
  const deviation = new Float32Array(inverseDepth.length);
  for (let i = 0; i < inverseDepth.length; i++) {
    deviation[i] = depth.deviation[i] / scale;
    if (!(depth.deviation[i] <= MAX_UNCERTAINTY * depth.inverseDepth[i])) continue;
    inverseDepth[i] = depth.inverseDepth[i] / scale;
    confidence[i] = depth.confidence[i];
  }
  return {
    view: { ...view, cameraFromWorld: uprightCamera(view.cameraFromWorld, upright) },
    depth: { ...depth, inverseDepth, confidence, deviation },
  };
}

/** Noise of fused surface: the maps' typical deviation in inverse depth, at the distance from the nearest eye. */
function noiseOf(maps: readonly PosedDepth[]): NoiseAt {
  const deviations: number[] = [];
  for (const { depth } of maps)
    for (let i = 0; i < depth.deviation.length; i += 101)
      if (depth.inverseDepth[i] > 0) deviations.push(depth.deviation[i]);
  const typical = deviations.sort((a, b) => a - b)[deviations.length >> 1] ?? 0;
  const eyes = maps.map(({ view }) => cameraCenter(view.cameraFromWorld));
  return (x, y, z) => {
    let nearest = Number.POSITIVE_INFINITY;
    for (const [ex, ey, ez] of eyes)
      nearest = Math.min(nearest, (x - ex) * (x - ex) + (y - ey) * (y - ey) + (z - ez) * (z - ez));
    return FUSED_SHARE * typical * nearest;
  };
}
