import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { createRandom } from '../../engine/random.ts';
import { gltfToWorldModel } from '../../engine/world/gltf/gltfToWorldModel.ts';
import { type LoadedWorld, loadWorld } from '../../engine/world/loadWorld.ts';
import type { WorldModel } from '../../engine/world/worldModel.ts';
import { writeGlb } from '../../engine/world/writeGlb.ts';
import { buildScene, worldForFile } from '../../scenes/buildScene.ts';
import { FloorMap } from '../../scenes/faults/worlds/floorMap.ts';
import { plantWorldFault } from '../../scenes/faults/worlds/plantWorldFault.ts';
import type { WorldFault, WorldFaultType } from '../../scenes/faults/worlds/worldFault.ts';
import { cloneModel } from '../../scenes/faults/worlds/worldGeometry.ts';
import { planScene } from '../../scenes/grammar/planScene.ts';
import { PLACES, type PlaceName } from '../../scenes/grammar/vocabulary.ts';
import { fixturesFolder } from '../bench.ts';

/** A sound world that faults are planted in. */
export interface BaseWorld {
  name: string;
  model: WorldModel;
  floor: FloorMap;
}

const REAL = [
  'w-camp/camp.glb',
  'w-garage/garage.glb',
  'w-hometheater/home-theater.glb',
  'w-navtest/level.glb',
  'w-recast/dungeon.gltf',
  'w-tower/tower-big.glb',
];

/** Names of all sound worlds: each place with some seeds, then the real ones that are there. */
export function baseNames(seeds: number): string[] {
  const scenes = Array.from({ length: seeds }, (_, seed) =>
    (Object.keys(PLACES) as PlaceName[]).map(place => `${place}#${seed + 1}`),
  ).flat();
  return [...scenes, ...realNames()];
}

export function realNames(): string[] {
  return REAL.filter(path => existsSync(join(fixturesFolder(), 'worlds', path))).map(path =>
    basename(dirname(path)),
  );
}

const kept = new Map<string, BaseWorld>();

/** Reads or makes a sound world; the last few stay in memory. */
export async function baseWorld(name: string): Promise<BaseWorld> {
  const known = kept.get(name);
  if (known) return known;
  const model = await (name.includes('#') ? sceneModel(name) : realModel(name));
  const world = { name, model, floor: new FloorMap(model) };
  if (kept.size > 24) kept.delete(kept.keys().next().value ?? '');
  kept.set(name, world);
  return world;
}

async function realModel(name: string): Promise<WorldModel> {
  const path = REAL.find(candidate => dirname(candidate) === name) ?? name;
  return (await loadWorld(join(fixturesFolder(), 'worlds', path), { decodeImages: false })).visual;
}

function sceneModel(name: string): WorldModel {
  const [place, seed] = name.split('#');
  const scene = buildScene(planScene(`a ${place}`, Number(seed)), {
    seed: Number(seed),
    seconds: 4,
    width: 64,
    height: 36,
  });
  const { nodes, materials } = worldForFile(scene, new Set());
  // What things look like is of no interest here, and textures cost most of the time.
  return { nodes, materials: materials.map(({ baseColorImage: _, ...material }) => material), images: [] };
}

/** A world as a reader gets it: written as GLB and read again. */
export async function asLoaded(
  name: string,
  visual: WorldModel,
  collider?: WorldModel,
): Promise<LoadedWorld> {
  const hash = createHash('sha256');
  const through = async (model: WorldModel) => {
    const bytes = await writeGlb(model);
    hash.update(bytes);
    return gltfToWorldModel(bytes, {
      name,
      readResource: () => Promise.reject(new Error('The file is complete.')),
    });
  };
  const seen = await through(visual);
  const touched = collider ? await through(collider) : seen;
  return { path: name, sha256: hash.digest('hex'), visual: seen, collider: touched };
}

export interface FaultedWorld {
  /** Names the world again: `bench faults replay NAME`. */
  name: string;
  base: string;
  fault: WorldFault;
  world: LoadedWorld;
}

/** The world with a fault, or why it cannot have it. `name` is base/type/seed. */
export async function faultedWorld(
  base: string,
  type: WorldFaultType,
  seed: number,
): Promise<FaultedWorld | string> {
  const { model, floor } = await baseWorld(base);
  const subject = { visual: cloneModel(model), floor };
  const fault = plantWorldFault(type, subject, createRandom(`${seed}/${base}/${type}`));
  if (typeof fault === 'string') return fault;
  const name = `${base}/${type}/${seed}`;
  const { collider } = subject as { collider?: WorldModel };
  return { name, base, fault, world: await asLoaded(name, subject.visual, collider) };
}
