import type { WorldModel } from '../../engine/world/worldModel.ts';
import type { Body } from '../body.ts';
import type { TriangleBvh } from '../geometry/triangleBvh.ts';
import { collectTriangles } from '../geometry/worldTriangles.ts';
import { buildNavmeshes } from '../navmesh/buildNavmesh.ts';
import { Navmesh } from '../navmesh/navmesh.ts';
import { fineJob } from '../navmesh/navmeshJobs.ts';
import type { Finding } from '../types.ts';
import { isNamedStructure, sizeOf, type WorldContext } from './worldContext.ts';

/**
 * Blocked passage: a way that is open to the eye and that a body cannot go. Behind it lies floor that nobody comes to
 * otherwise, and there would be a way if the body were thin, or low, or if the things that stand there did not, or all of
 * this together. What nobody can see through either is a wall, and what lies behind it is unreachable.
 */
export interface BlockedPassage {
  finding: Finding;
  /** The component of the navmesh that lies behind. */
  component: number;
  /** Floor before it that is reached, metres. */
  reached: readonly [number, number, number];
}

/** A closet is worth nobody's way. */
const MIN_BEHIND_SQUARE_METERS = 3;
/** Goes where a cat goes: a slot of 0.3 m, a gap of 0.6 m under a beam, which on the navmesh's grid comes out up to 0.1 m lower. */
const THIN_RADIUS_METERS = 0.1;
const LOW_HEIGHT_METERS = 0.5;
/** Side of the squares in which the shortest way through is looked for, metres. */
const SQUARE_METERS = 0.2;
/** A passage is a door, a corridor, a gate: further than this through is another place. */
const MOST_THROUGH_METERS = 5;
/** Eyes and what they see, metres above the floor. */
const SIGHT_HEIGHTS_METERS = [0.3, 0.6, 0.9, 1.2, 1.5, 1.8] as const;
/** How far to either side of the shortest way it may be open to the eye, metres. */
const SIGHT_BESIDE_METERS = 1.8;
/** A thing that spans half of the world is the world. */
const MOST_WORLD_SHARE = 0.5;

/** As high as a door, no thicker than masonry, longer than a cupboard: a partition, whatever its name. */
const WALL_HEIGHT_METERS = 1.9;
const WALL_THICKNESS_METERS = 0.5;
const WALL_LENGTH_METERS = 2.5;

type Reason = 'thing' | 'narrow' | 'low' | 'together';

/**
 * @param enclosed whether the world is walled in (enclosure.ts).
 * @throws NAVMESH_FAILED; CANCELLED.
 */
export async function detectBlockedPassages(
  context: WorldContext,
  collider: WorldModel,
  enclosed: boolean,
  signal: AbortSignal | undefined,
): Promise<BlockedPassage[]> {
  const { navmesh, reachable, body } = context;
  if (!navmesh || reachable.size === 0) return [];
  const behind = navmesh.components.filter(
    component => !reachable.has(component.index) && component.area >= MIN_BEHIND_SQUARE_METERS,
  );
  if (behind.length === 0) return [];
  const open = new Map(behind.map(component => [component.index, component]));
  const passages: BlockedPassage[] = [];
  for (const [reason, relaxed] of await relaxedNavmeshes(context, collider, enclosed, signal)) {
    if (open.size === 0) break;
    const grid = new PassageGrid(relaxed, navmesh, reachable, body);
    for (const component of [...open.values()]) {
      const way = grid.wayOut(component.index);
      if (!way) continue;
      const sight = sightLine(context.bvh, way);
      if (!sight) continue;
      open.delete(component.index);
      passages.push({
        component: component.index,
        reached: way.places[way.places.length - 1],
        finding: describe(context, way, reason, component.area),
      });
    }
  }
  return passages;
}

/** The world for a body that is thin, or low, or without its things, or all of it; those of them that can be walked. */
async function relaxedNavmeshes(
  context: WorldContext,
  collider: WorldModel,
  enclosed: boolean,
  signal: AbortSignal | undefined,
): Promise<[Reason, Navmesh][]> {
  const { body, colliderBvh } = context;
  const radius = THIN_RADIUS_METERS * body.scale;
  const height = LOW_HEIGHT_METERS * body.scale;
  const fixed = collider.nodes.filter(node => !isThing(context, node.name));
  const bare =
    fixed.length > 0 && fixed.length < collider.nodes.length ? { ...collider, nodes: fixed } : undefined;
  const bodies: [Reason, Body, WorldModel | undefined][] = bare ? [['thing', body, bare]] : [];
  // Between rocks and trees there are gaps everywhere, and nobody calls them passages.
  if (enclosed)
    bodies.push(
      ['narrow', { ...body, radius }, undefined],
      ['low', { ...body, height }, undefined],
      ['together', { ...body, radius, height }, bare],
    );
  const built = await buildNavmeshes(
    bodies.map(([, each, model]) => fineJob(model ? collectTriangles(model) : colliderBvh.triangles, each)),
    { signal },
  );
  return bodies.flatMap(([reason], i): [Reason, Navmesh][] => {
    const polygons = built[i];
    return polygons ? [[reason, new Navmesh(polygons)]] : [];
  });
}

/** What could be carried away, or was put there: not what one walks on, nor a named part of the building. */
function isThing(context: WorldContext, name: string): boolean {
  if (isNamedStructure(name)) return false;
  const object = context.objects.find(each => each.name === name);
  // What is touched only is put there too.
  if (!object) return true;
  if (context.ground.has(object.index)) return false;
  const { min, max } = context.bvh.triangles;
  const span = (box: { min: readonly number[]; max: readonly number[] }) =>
    Math.hypot(box.max[0] - box.min[0], box.max[2] - box.min[2]);
  if (span(object) >= MOST_WORLD_SHARE * span({ min, max })) return false;
  const [width, height, depth] = sizeOf(object);
  const isWall =
    height >= WALL_HEIGHT_METERS &&
    Math.min(width, depth) <= WALL_THICKNESS_METERS &&
    Math.max(width, depth) >= WALL_LENGTH_METERS;
  return !isWall;
}

type Place = [x: number, y: number, z: number];

/** A way may run aslant to the squares, through a neck of the floor. */
const AROUND = [
  [1, 0],
  [-1, 0],
  [0, 1],
  [0, -1],
  [1, 1],
  [1, -1],
  [-1, 1],
  [-1, -1],
] as const;

interface Way {
  /** From the floor behind to the floor that is reached, ends included. */
  places: Place[];
  /** Floor on either side near the ends. */
  behind: Place[];
  before: Place[];
}

/** Squares of a relaxed navmesh, each known as reached, as behind, or as neither. */
class PassageGrid {
  private readonly squares: Place[] = [];
  /** Component of the body's navmesh, −1 for none, −2 for what is reached. */
  private readonly owner: number[] = [];
  private readonly columns = new Map<string, number[]>();
  private readonly relaxed: Navmesh;
  private readonly body: Body;

  constructor(relaxed: Navmesh, navmesh: Navmesh, reachable: ReadonlySet<number>, body: Body) {
    this.relaxed = relaxed;
    this.body = body;
    const { starts, corners, vertices } = relaxed.polygons;
    for (let polygon = 0; polygon < relaxed.polygonCount; polygon++) {
      const own = corners.subarray(starts[polygon], starts[polygon + 1]);
      const [xs, zs] = [0, 2].map(axis => [...own].map(corner => vertices[3 * corner + axis]));
      for (let ix = cellOf(Math.min(...xs)); ix <= cellOf(Math.max(...xs)); ix++)
        for (let iz = cellOf(Math.min(...zs)); iz <= cellOf(Math.max(...zs)); iz++) {
          const [x, z] = [(ix + 0.5) * SQUARE_METERS, (iz + 0.5) * SQUARE_METERS];
          if (relaxed.distanceOutside(polygon, x, z) > 0) continue;
          const y = relaxed.heightAt(polygon, x, z);
          const at = navmesh.locate(x, y, z, 0.05, body.stepHeight);
          const component = at < 0 ? -1 : navmesh.component[at];
          const index = this.squares.push([x, y, z]) - 1;
          this.owner.push(reachable.has(component) ? -2 : component);
          const key = `${ix},${iz}`;
          const column = this.columns.get(key);
          if (column) column.push(index);
          else this.columns.set(key, [index]);
        }
    }
  }

  /** The shortest way through what the body cannot walk, from a component to reached floor. */
  wayOut(component: number): Way | undefined {
    const from = new Map<number, number>();
    let front = this.owner.flatMap((owner, index) => (owner === component ? [index] : []));
    for (const index of front) from.set(index, -1);
    for (let ring = 0; front.length > 0 && ring * SQUARE_METERS <= MOST_THROUGH_METERS; ring++) {
      const next: number[] = [];
      for (const index of front)
        for (const other of this.neighbours(index)) {
          if (from.has(other)) continue;
          const owner = this.owner[other];
          if (owner !== -1 && owner !== -2) continue;
          from.set(other, index);
          if (owner === -2) return this.trace(other, from, component);
          next.push(other);
        }
      front = next;
    }
    return undefined;
  }

  private trace(end: number, from: ReadonlyMap<number, number>, component: number): Way {
    const places: Place[] = [];
    for (let index = end; index >= 0; index = from.get(index) ?? -1) places.unshift(this.squares[index]);
    const near = (owner: number, [x, , z]: Place) =>
      this.squares.filter(
        (square, index) =>
          this.owner[index] === owner && Math.hypot(square[0] - x, square[2] - z) <= SIGHT_BESIDE_METERS,
      );
    return {
      places,
      behind: near(component, places[0]),
      before: near(-2, places[places.length - 1]),
    };
  }

  private neighbours(index: number): number[] {
    const [x, y, z] = this.squares[index];
    const [ix, iz] = [cellOf(x), cellOf(z)];
    return AROUND.flatMap(([dx, dz]) => {
      const beside = (this.columns.get(`${ix + dx},${iz + dz}`) ?? []).filter(
        other => Math.abs(this.squares[other][1] - y) <= this.climb,
      );
      return dx !== 0 && dz !== 0 ? beside.filter(other => this.isOpenBetween(index, other)) : beside;
    });
  }

  /** Whether the floor goes on half way from a square to the one at its corner. */
  private isOpenBetween(index: number, other: number): boolean {
    const [a, b] = [this.squares[index], this.squares[other]];
    const [x, y, z] = [0, 1, 2].map(axis => (a[axis] + b[axis]) / 2);
    return this.relaxed.locate(x, y, z, 0, this.climb) >= 0;
  }

  private get climb(): number {
    return this.body.stepHeight + 0.05;
  }
}

function cellOf(value: number): number {
  return Math.floor(value / SQUARE_METERS);
}

/** Whether an eye on one side sees through to the other. */
function sightLine(bvh: TriangleBvh, { behind, before }: Way): boolean {
  const few = (places: Place[]) => {
    const stride = Math.max(1, Math.floor(places.length / 24));
    return places.filter((_, i) => i % stride === 0);
  };
  for (const height of SIGHT_HEIGHTS_METERS)
    for (const [x, y, z] of few(before))
      for (const [tx, ty, tz] of few(behind)) {
        const delta = [tx - x, ty - y, tz - z];
        const distance = Math.hypot(...delta);
        if (distance === 0) return true;
        const [dx, dy, dz] = delta.map(value => value / distance);
        if (!bvh.castRay(x, y + height, z, dx, dy, dz, distance)) return true;
      }
  return false;
}

const WHY: Record<Reason, string> = {
  thing: 'things stand in the way',
  narrow: 'it is too narrow',
  low: 'it is too low',
  together: 'it is too narrow, too low or full of things',
};

function describe({ body }: WorldContext, { places }: Way, reason: Reason, area: number): Finding {
  // The ends are floor that is walked; between them lies what blocks.
  const min = [0, 1, 2].map(axis => Math.min(...places.map(place => place[axis])));
  const max = [0, 1, 2].map(axis => Math.max(...places.map(place => place[axis])));
  const middle = places[places.length >> 1];
  return {
    type: 'blocked-passage',
    severity: 'error',
    confidence: reason === 'thing' ? 0.85 : 0.75,
    position: [middle[0], middle[1] + body.height / 2, middle[2]],
    extent: [max[0] - min[0], body.height, max[2] - min[2]],
    message: `A passage to ${area.toFixed(1)} m² of floor is open to the eye and no body gets through: ${WHY[reason]}.`,
    evidence: {
      reason,
      areaBehindSquareMeters: Math.round(area * 100) / 100,
      throughMeters: Math.round((places.length - 1) * SQUARE_METERS * 100) / 100,
      bodyRadiusMeters: body.radius,
      bodyHeightMeters: body.height,
    },
  };
}
