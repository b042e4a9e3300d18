import type { WorldModel } from '../../engine/world/worldModel.ts';

/** Some walkers among rooms, driven alike; `step` takes all of them on by STEP_SECONDS. */
export interface Walkers {
  step(): void;
  dispose?(): void;
}

/** Undefined where the package that walks them is not installed. */
export type MakeWalkers = (world: WorldModel, count: number) => Promise<Walkers | undefined>;

/** All triangles of a world whose nodes stand at the origin: what the peers' mesh shapes take. */
export function soupOf(world: WorldModel): { positions: Float32Array; indices: Uint32Array } {
  const [part] = world.nodes.flatMap(node => node.parts);
  if (!part) throw new RangeError('A world of walkers has one part.');
  return { positions: part.positions, indices: part.indices };
}

/** A package that only this bench uses, or undefined where it is not installed; it is too large to be a dependency. */
export async function importPeer(name: string): Promise<unknown> {
  try {
    return await import(name);
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ERR_MODULE_NOT_FOUND')
      return undefined;
    throw thrown;
  }
}
