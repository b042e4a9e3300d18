import { createSoftwareCamera } from '../../../engine/camera/softwareCamera.ts';
import { throwIfCancelled } from '../../../engine/progress.ts';
import { JobThread } from '../../../engine/thread/jobThread.ts';
import { writeSparsePly } from '../../../engine/world/ply/sparsePly.ts';
import type { WorldModel } from '../../../engine/world/worldModel.ts';
import type { WorldCamera, WorldManifest } from '../../../engine/world/worldSchema.ts';
import { writeGlb } from '../../../engine/world/writeGlb.ts';
import { writePly } from '../../../engine/world/writePly.ts';
import type { WorldFolderContent } from '../../../engine/world/writeWorldFolder.ts';
import { writeBackdrop } from '../backdrop/backdropFile.ts';
import { paintBackdrop } from '../backdrop/paintBackdrop.ts';
import { type TextureView, textureViews } from '../texture/textureViews.ts';
import type { SparseReconstruction } from '../types.ts';
import { buildSurface } from './buildSurface.ts';
import { buildWorldModels } from './buildWorldModels.ts';
import type { PosedDepth } from './checkConsistency.ts';
import { colorVertices } from './colorVertices.ts';
import { completePlanes } from './completePlanes.ts';
import { type FloorPlan, planFloor } from './floorPlan.ts';
import { type MeasureDepthOptions, type MeasuredDepth, measureDepth, type Timed } from './measureDepth.ts';
import { vertexNormals } from './meshTools.ts';
import { renderPreview } from './renderPreview.ts';
import { sparseCloud } from './sparseCloud.ts';
import type { SplatFiles, SplatsJob } from './splats.worker.ts';

export type LiftQuality = 'draft' | 'standard' | 'high';

interface QualitySettings {
  /** Longer side of the pictures that are matched. */
  longSidePixels: number;
  depthMaps: number;
  voxelMeters: number;
  visualTriangles: number;
  colliderTriangles: number;
  /** Longer side of the pictures that the texture is taken from; absent: those that depth was measured in. */
  picturePixels?: number;
  /** Width of the picture of all directions, a power of two. */
  backdropPixels: number;
  /** Gaussians of splats.ply and .spz; 0 makes none. */
  splats: number;
}

const QUALITY: Record<LiftQuality, QualitySettings> = {
  draft: {
    longSidePixels: 320,
    depthMaps: 14,
    voxelMeters: 0.06,
    visualTriangles: 50_000,
    colliderTriangles: 20_000,
    backdropPixels: 1024,
    splats: 0,
  },
  standard: {
    longSidePixels: 640,
    depthMaps: 22,
    voxelMeters: 0.04,
    visualTriangles: 80_000,
    colliderTriangles: 35_000,
    picturePixels: 960,
    backdropPixels: 2048,
    splats: 200_000,
  },
  high: {
    longSidePixels: 960,
    depthMaps: 36,
    voxelMeters: 0.03,
    visualTriangles: 140_000,
    colliderTriangles: 50_000,
    picturePixels: 1280,
    backdropPixels: 2048,
    splats: 400_000,
  },
};

const SPLATS_WORKER = new URL('./splats.worker.ts', import.meta.url);
const FLOOR_CELL_METERS = 0.08;
const SPAWNS = 5;

export interface LiftSurfaceOptions extends MeasureDepthOptions {
  quality: LiftQuality;
  /** How high above the floor the camera was held; absent: 1.6 m, a person's hand at eye level. */
  cameraHeightMeters?: number | undefined;
  source: WorldManifest['source'];
}

export interface LiftedSurface {
  content: WorldFolderContent;
  /** Wall time per stage. */
  stages: Record<string, number>;
}

/**
 * From poses to a world: dense depth, fusion, up and metre, floor, meshes, manifest.
 * @throws LIFT_NO_SURFACE where nothing solid comes out; CANCELLED; what decodeVideo throws
 */
export async function liftSurface(
  videoPath: string,
  reconstruction: SparseReconstruction,
  options: LiftSurfaceOptions,
): Promise<LiftedSurface> {
  const { signal, onProgress } = options;
  const stages: Record<string, number> = {};
  const timed: Timed = async (stage, from, work) => {
    throwIfCancelled(signal);
    onProgress?.({ stage, fraction: from, message: stage });
    const start = performance.now();
    const result = await work();
    stages[stage] = (performance.now() - start) / 1000;
    return result;
  };
  const depth = await measureDepth(videoPath, reconstruction, QUALITY[options.quality], options, timed);
  // Each of its threads holds what it swept; the memory is wanted for meshes and textures.
  await options.pool.close();
  return { content: await buildContent(reconstruction, depth, options, timed), stages };
}

/**
 * From depth to a world.
 * @throws LIFT_NO_SURFACE where nothing solid comes out; CANCELLED
 */
export async function buildContent(
  reconstruction: SparseReconstruction,
  measured: MeasuredDepth,
  options: Omit<LiftSurfaceOptions, 'pool'>,
  timed: Timed,
): Promise<WorldFolderContent> {
  const settings = QUALITY[options.quality];
  if (settings.splats === 0) return contentOn(undefined, reconstruction, measured, options, timed);
  const splatThread = new JobThread<SplatsJob, SplatFiles>(SPLATS_WORKER, 1, () => false);
  try {
    return await contentOn(splatThread, reconstruction, measured, options, timed);
  } finally {
    await splatThread.end();
  }
}

async function contentOn(
  splatThread: JobThread<SplatsJob, SplatFiles> | undefined,
  reconstruction: SparseReconstruction,
  { maps, pictures, blindFrames }: MeasuredDepth,
  options: Omit<LiftSurfaceOptions, 'pool'>,
  timed: Timed,
): Promise<WorldFolderContent> {
  const { signal } = options;
  const { frames } = reconstruction;
  const settings = QUALITY[options.quality];
  const { upright, metric, carried, grid, cameras, path, mesh, planes, pieces, fragments } =
    await buildSurface(reconstruction, maps, { ...options, voxelMeters: settings.voxelMeters }, timed);
  const plan = await timed('floor', 0.85, () => planFloor(mesh, carried, path, FLOOR_CELL_METERS));
  const completions = await timed('complete', 0.87, () =>
    completePlanes(planes, mesh, metric, carried, plan),
  );
  splatThread?.warm();
  const views = textureViews(carried, pictures, reconstruction.masks);
  const built = await timed('meshes', 0.88, () =>
    buildWorldModels(mesh, planes, plan, completions, metric, views, path, {
      ...settings,
      voxelMeters: grid.voxelMeters,
    }),
  );
  const { visual, splats, backdrop, preview, pointsPly, sparsePly } = await timed(
    'preview',
    0.94,
    async () => {
      const job: SplatsJob = { visual: built.visual, maps: carried, path, budget: settings.splats };
      // While this thread draws and lists points.
      const splatting = splatThread?.run(job, { signal });
      // Its texture is compressed on yet another thread.
      const writing = writeGlb(built.visual);
      const pointsPly = pointCloud(mesh.positions, vertexNormals(mesh), carried);
      const sparsePly = writeSparsePly(sparseCloud(reconstruction, upright, metric));
      const drawing = drawPictures(
        built.visual,
        views,
        cameras[cameras.length >> 1],
        settings.backdropPixels,
      );
      const [visual, splats, pictures] = await Promise.all([writing, splatting, drawing]);
      return { visual, splats, ...pictures, pointsPly, sparsePly };
    },
  );

  const manifest: WorldManifest = {
    schema: 'sora-director/world@1',
    units: 'm',
    up: '+Y',
    source: options.source,
    scale: {
      source: options.cameraHeightMeters === undefined ? 'camera-height' : 'user',
      factor: upright.scale,
      confidence: upright.confidence,
    },
    cameras,
    spawns: spawnsAlong(cameras, plan),
    objects: built.objects,
    inferred: built.inferred,
    quality: {
      framesTotal: reconstruction.framesTotal,
      framesRegistered: frames.length,
      medianReprojectionErrorPixels: reconstruction.medianReprojectionErrorPixels,
      observedShare: built.observedShare,
      dropped: [
        ...reconstruction.dropped,
        ...(blindFrames > 0
          ? [{ what: 'depth map', why: 'too little shared with other frames', count: blindFrames }]
          : []),
        ...(pieces > 0 ? [{ what: 'floating piece', why: 'smaller than 0.06 m²', count: pieces }] : []),
        ...(fragments > 0
          ? [{ what: 'fragment', why: 'apart from the place, or beneath its floor', count: fragments }]
          : []),
      ],
    },
  };
  return {
    manifest,
    visual,
    collider: built.collider,
    pointsPly,
    sparsePly,
    ...(splats ? { splatsPly: splats.ply, splatsSpz: splats.spz } : {}),
    ...(backdrop ? { backdrop } : {}),
    preview,
  };
}

/** Bytes of backdrop.webp, where there is one, and of preview.webp. */
async function drawPictures(
  visual: WorldModel,
  views: readonly TextureView[],
  previewed: WorldCamera,
  backdropPixels: number,
): Promise<{ backdrop: Uint8Array | undefined; preview: Uint8Array }> {
  const software = await createSoftwareCamera(visual);
  try {
    const backdrop = paintBackdrop(software, views, backdropPixels);
    const [encoded, preview] = await Promise.all([
      backdrop && writeBackdrop(backdrop),
      renderPreview(software, previewed, backdrop),
    ]);
    return { backdrop: encoded, preview };
  } finally {
    software.dispose();
  }
}

function pointCloud(positions: Float32Array, normals: Float32Array, maps: readonly PosedDepth[]): Uint8Array {
  const { colors } = colorVertices(positions, normals, maps, 0.12);
  const bytes = new Uint8Array(positions.length);
  for (let v = 0; v < positions.length / 3; v++)
    for (let k = 0; k < 3; k++) {
      const c = colors[4 * v + k];
      bytes[3 * v + k] = Math.round(255 * (c <= 0.0031308 ? 12.92 * c : 1.055 * c ** (1 / 2.4) - 0.055));
    }
  return writePly({ positions, colors: bytes });
}

/** Half a person's width and a hand: no nearer to a hole or to what stands there does anybody start. */
const SPAWN_CLEARANCE_METERS = 0.5;

/** On the floor under the camera's path, looking where the camera looked. */
function spawnsAlong(cameras: readonly WorldCamera[], plan: FloorPlan): WorldManifest['spawns'] {
  const open = cameras.filter(({ position: [x, , z] }) => !isNear(plan, plan.hole, x, z));
  const free = open.filter(({ position: [x, , z] }) => !isNear(plan, plan.obstacle, x, z));
  const standing = free.length > 0 ? free : open;
  const count = Math.min(SPAWNS, standing.length);
  return Array.from({ length: count }, (_, i) => {
    const camera = standing[Math.round((i * (standing.length - 1)) / Math.max(1, count - 1))];
    const [x, y, z, w] = camera.rotation;
    // The camera's −Z in the world.
    const forwardX = -2 * (x * z + y * w);
    const forwardZ = -(1 - 2 * (x * x + y * y));
    return { position: [camera.position[0], 0, camera.position[2]], yaw: Math.atan2(-forwardX, -forwardZ) };
  });
}

function isNear(
  { cellMeters, originX, originZ, sizeX, sizeZ }: FloorPlan,
  mask: Uint8Array,
  x: number,
  z: number,
): boolean {
  const reach = SPAWN_CLEARANCE_METERS;
  const cell = (value: number, origin: number, size: number) =>
    Math.min(size - 1, Math.max(0, Math.floor((value - origin) / cellMeters)));
  for (let iz = cell(z - reach, originZ, sizeZ); iz <= cell(z + reach, originZ, sizeZ); iz++)
    for (let ix = cell(x - reach, originX, sizeX); ix <= cell(x + reach, originX, sizeX); ix++)
      if (mask[iz * sizeX + ix]) return true;
  return false;
}
