import type { WorldModel, WorldNode } from '../../engine/world/worldModel.ts';
import type { WorldCamera, WorldObject } from '../../engine/world/worldSchema.ts';
import {
  applySimilarity,
  keepSeen,
  type Similarity,
  sampleSurface,
  shareWithin,
  trianglesOf,
} from './surfaceFScore.ts';
import { createTriangleTree, type TriangleTree } from './triangleTree.ts';

const SPACING_METERS = 0.03;
const MAX_SAMPLES = 20_000;
const NEAR_METERS = 0.1;
/** Of a thing's seen surface this share has to be in one object, and of the object's surface this share on it. */
const SHARE = 0.5;
/** Things of which less was seen, or from farther away, are not asked for: a walk cannot measure them. */
const LEAST_SEEN_SQUARE_METERS = 0.1;
const FARTHEST_METERS = 6;

export interface ObjectFigures {
  /** Movable things of the truth that the cameras saw well, and how many of them are an object of their own. */
  asked: number;
  found: number;
  /** Objects of the lifted world, and how many of them are mostly movable things of the truth, one or several. */
  objects: number;
  sound: number;
  /** Names of what was missed, for the note. */
  missed: string[];
}

function only({ materials, images }: WorldModel, nodes: WorldNode[]): WorldModel {
  return { nodes, materials, images };
}

/**
 * Compares objects with the movable things of a truth, by surface.
 * @param similarity from the lifted world to the truth.
 */
export async function objectFigures(
  visual: WorldModel,
  objects: readonly WorldObject[],
  truth: WorldModel,
  cameras: readonly WorldCamera[],
  similarity: Similarity,
): Promise<ObjectFigures> {
  const lifted = objects.map(({ node }) => {
    const own = only(
      visual,
      visual.nodes.filter(({ name }) => name === node),
    );
    return withTree(
      applySimilarity(
        trianglesOf(own, () => true),
        similarity,
      ),
    );
  });
  const things = truth.nodes.filter(({ motion }) => motion === 'dynamic');
  const whole = things.map(thing => withTree(trianglesOf(only(truth, [thing]), () => true)));
  const sixth = cameras.filter((_, i) => i % 6 === 0);
  const taken = new Set<number>();
  const missed: string[] = [];
  let [asked, found] = [0, 0];
  for (const [i, thing] of things.entries()) {
    const seen = await keepSeen(whole[i].points, truth, sixth);
    const [x, y, z] = [0, 1, 2].map(axis => mean(seen, axis));
    const away = Math.min(...sixth.map(({ position: p }) => Math.hypot(p[0] - x, p[1] - y, p[2] - z)));
    if ((seen.length / 3) * SPACING_METERS ** 2 < LEAST_SEEN_SQUARE_METERS || away > FARTHEST_METERS)
      continue;
    asked++;
    const match = lifted.findIndex(
      (object, k) =>
        !taken.has(k) &&
        shareWithin(seen, object.tree, NEAR_METERS) >= SHARE &&
        shareWithin(object.points, whole[i].tree, NEAR_METERS) >= SHARE,
    );
    if (match < 0) missed.push(thing.name);
    else {
      taken.add(match);
      found++;
    }
  }
  const all = createTriangleTree(
    trianglesOf(truth, part => things.some(({ parts }) => parts.includes(part))),
  );
  const sound = lifted.filter(({ points }) => shareWithin(points, all, NEAR_METERS) >= SHARE).length;
  return { asked, found, objects: lifted.length, sound, missed };
}

function withTree(triangles: Float64Array): { points: Float64Array; tree: TriangleTree } {
  return {
    points: sampleSurface(triangles, SPACING_METERS, MAX_SAMPLES),
    tree: createTriangleTree(triangles),
  };
}

function mean(points: Float64Array, axis: number): number {
  let sum = 0;
  for (let i = axis; i < points.length; i += 3) sum += points[i];
  return (3 * sum) / points.length;
}
