import { readFile, stat } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { DirectorError } from '../../engine/errors.ts';
import { type LongOptions, throwIfCancelled } from '../../engine/progress.ts';
import { MAX_FILE_BYTES } from '../../engine/world/gltf/limits.ts';
import { multiplyMatrices, transformPoints } from '../../engine/world/gltf/matrices.ts';
import { loadWorld } from '../../engine/world/loadWorld.ts';
import { findSplatPair, type SplatPair } from '../../engine/world/splatPair.ts';
import { readSplatPly } from '../../engine/world/splats/readSplatPly.ts';
import { readSpz } from '../../engine/world/splats/readSpz.ts';
import { type SplatCloud, turnAboutX } from '../../engine/world/splats/splatCloud.ts';
import { writeSplatPly } from '../../engine/world/splats/writeSplatPly.ts';
import { writeSpz } from '../../engine/world/splats/writeSpz.ts';
import type { WorldModel } from '../../engine/world/worldModel.ts';
import { writeWorldFolder } from '../../engine/world/writeWorldFolder.ts';

/** 'own': as the formats say, SPZ and GLB with y up, PLY with y down. 'opencv': y down in all of them, as Marble has it. */
export const IMPORT_AXES = ['own', 'opencv'] as const;
export type ImportAxes = (typeof IMPORT_AXES)[number];

export interface ImportOptions extends LongOptions {
  /** The world folder; a world that is there is replaced once the new one is whole. */
  out: string;
  axes: ImportAxes;
  /** Metres per unit of the files; Marble's metric_scale_factor. */
  scale?: number | undefined;
  /** Height of the ground in metres, once scaled; Marble's ground_plane_offset. It becomes 0. */
  groundMeters?: number | undefined;
}

export interface ImportResult {
  /** Absolute path of the world folder. */
  world: string;
  splats: number;
  triangles: number;
  /** Share of the Gaussians that lie in the collider's bounds. */
  shareInside: number;
}

/** How far outside the collider's bounds a Gaussian still belongs to the place, as a share of their diagonal. */
const MARGIN = 0.05;
/** Fewer inside, and the two do not belong together; skies and views from windows lie outside too. */
const LEAST_INSIDE = 0.2;

/**
 * Makes a world folder of Gaussians and a mesh: both GLBs are the mesh, the splats lie beside it.
 * @param paths a folder that holds the pair, or the two files in any order
 * @throws USAGE (no pair); INPUT_*; WORLD_* where one of them cannot be read or they do not lie in the same place;
 *   OUTPUT_UNWRITABLE; CANCELLED
 */
export async function importWorld(paths: readonly string[], options: ImportOptions): Promise<ImportResult> {
  const { out, axes, scale = 1, groundMeters = 0, signal } = options;
  throwIfCancelled(signal);
  const pair = await pairOf(paths);
  const isSpz = extname(pair.splats).toLowerCase() === '.spz';
  const bytes = await readBounded(pair.splats);
  const cloud = isSpz ? readSpz(bytes, pair.splats) : readSplatPly(bytes, pair.splats);
  throwIfCancelled(signal);
  const { visual } = await loadWorld(pair.collider, { decodeImages: true });

  // A PLY is read as y down in any case.
  const turnsCloud = axes === 'opencv' && isSpz;
  if (turnsCloud) turnAboutX(cloud);
  moveCloud(cloud, scale, groundMeters);
  const model = moveModel(visual, axes === 'opencv' ? -1 : 1, scale, groundMeters);
  const shareInside = shareInBounds(cloud, model);
  if (shareInside < LEAST_INSIDE)
    throw new DirectorError(
      'WORLD_INVALID',
      `Only ${Math.round(100 * shareInside)} % of the Gaussians lie where the collider is: they do not fit each other.`,
      {
        suggestion: `Try --axes ${axes === 'own' ? 'opencv' : 'own'}, or give the collider that was made with these splats.`,
        details: { shareInside, axes },
      },
    );
  const isMoved = turnsCloud || scale !== 1 || groundMeters !== 0;
  const splats = isMoved ? (isSpz ? writeSpz(cloud) : writeSplatPly(cloud)) : bytes;
  throwIfCancelled(signal);
  await writeWorldFolder(out, {
    manifest: {
      schema: 'sora-director/world@1',
      units: 'm',
      up: '+Y',
      source: { generator: 'import' },
      scale: {
        source: options.scale === undefined ? 'assumed' : 'user',
        factor: scale,
        confidence: options.scale === undefined ? 0 : 1,
      },
      cameras: [],
      spawns: [],
      objects: [],
      inferred: [],
    },
    visual: model,
    collider: model,
    ...(isSpz ? { splatsSpz: splats } : { splatsPly: splats }),
  });
  const triangles = model.nodes
    .flatMap(node => node.parts)
    .reduce((sum, part) => sum + part.indices.length / 3, 0);
  return { world: resolve(out), splats: cloud.count, triangles, shareInside };
}

async function pairOf(paths: readonly string[]): Promise<SplatPair> {
  const [first] = paths;
  if (paths.length === 1 && (await isFolder(first))) {
    const pair = await findSplatPair(first);
    if (pair) return pair;
  }
  const ending = (...extensions: string[]) =>
    paths.filter(path => extensions.includes(extname(path).toLowerCase()));
  const [splats, collider] = [ending('.spz', '.ply'), ending('.glb', '.gltf')];
  if (paths.length === 2 && splats.length === 1 && collider.length === 1)
    return { splats: splats[0], collider: collider[0] };
  throw new DirectorError('USAGE', `${paths.join(' and ')} are no splats with their collider.`, {
    suggestion: 'Give a .spz or .ply and a .glb, or a folder that holds one of each.',
  });
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (cause) {
    throw new DirectorError('INPUT_NOT_FOUND', `${path} is not there.`, { cause });
  }
}

async function readBounded(path: string): Promise<Uint8Array> {
  try {
    const { size } = await stat(path);
    if (size > MAX_FILE_BYTES)
      throw new DirectorError(
        'INPUT_TOO_LARGE',
        `${path} has ${size} bytes; ${MAX_FILE_BYTES} are read at most.`,
      );
    if (size === 0) throw new DirectorError('INPUT_EMPTY', `${path} holds no bytes.`);
    return await readFile(path);
  } catch (cause) {
    if (cause instanceof DirectorError) throw cause;
    const { code } = cause as NodeJS.ErrnoException;
    throw new DirectorError(
      code === 'ENOENT' ? 'INPUT_NOT_FOUND' : 'INPUT_UNREADABLE',
      `${path} cannot be read (${code}).`,
      { cause },
    );
  }
}

function moveCloud({ positions, logScales }: SplatCloud, scale: number, groundMeters: number): void {
  const logScale = Math.log(scale);
  for (let i = 0; i < positions.length; i++)
    positions[i] = scale * positions[i] - (i % 3 === 1 ? groundMeters : 0);
  for (let i = 0; i < logScales.length; i++) logScales[i] += logScale;
}

/** @param turn −1 turns half round about x */
function moveModel(model: WorldModel, turn: 1 | -1, scale: number, groundMeters: number): WorldModel {
  const moved = Float64Array.of(
    ...[scale, 0, 0, 0],
    ...[0, turn * scale, 0, 0],
    ...[0, 0, turn * scale, 0],
    ...[0, -groundMeters, 0, 1],
  );
  return {
    ...model,
    nodes: model.nodes.map(node => ({
      ...node,
      motion: 'static' as const,
      worldFromNode: multiplyMatrices(moved, node.worldFromNode),
    })),
  };
}

function shareInBounds({ positions, count }: SplatCloud, model: WorldModel): number {
  const min = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const max = min.map(value => -value);
  for (const node of model.nodes)
    for (const part of node.parts) {
      const points = transformPoints(node.worldFromNode, part.positions);
      for (let i = 0; i < points.length; i++) {
        min[i % 3] = Math.min(min[i % 3], points[i]);
        max[i % 3] = Math.max(max[i % 3], points[i]);
      }
    }
  const margin = MARGIN * Math.hypot(...max.map((value, k) => value - min[k]));
  let inside = 0;
  for (let i = 0; i < count; i++)
    if (
      [0, 1, 2].every(k => positions[3 * i + k] >= min[k] - margin && positions[3 * i + k] <= max[k] + margin)
    )
      inside++;
  return inside / count;
}
