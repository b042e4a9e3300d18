import type { WorldManifest } from '../../engine/world/worldSchema.ts';
import type { Navmesh, NavmeshComponent } from '../navmesh/navmesh.ts';

type Point = [number, number, number];

/** Above the navmesh by this much, so that a body is let down onto the floor rather than pushed out of it, metres. */
const DROP_METERS = 0.1;
const MAX_SPAWNS = 16;
/** A component this large compared with the largest may be the ground; the lowest such one is. */
const GROUND_SHARE = 0.5;

/** Beside an open ground a piece of this share of it is ground too, where it begins no more than a step above or below. */
const ISLAND_SHARE = 0.25;

export interface Spawns {
  /** Feet, metres; empty where nothing can be walked. */
  places: Point[];
  /** Components of the navmesh that nobody comes to from the ground, with spawns of their own. */
  islands: ReadonlySet<number>;
}

/**
 * Where agents come into the world: the manifest's spawns that lie on walkable ground, else places spread over
 * the ground: the lowest of the large walkable components, because the others are roofs and upper storeys. A level of
 * platforms, none of them walled in, has several grounds.
 * @param isOpen whether a component is not walled in: what lies beside a room is cut off from it.
 */
export function chooseSpawns(
  navmesh: Navmesh,
  manifest: WorldManifest | undefined,
  stepHeight: number,
  isOpen: (component: number) => boolean,
): Spawns {
  const given = (manifest?.spawns ?? []).flatMap(({ position }): Point[] => {
    const [x, y, z] = position;
    const polygon = navmesh.locate(x, y, z, 1, 2);
    return polygon < 0 ? [] : [[x, navmesh.heightAt(polygon, x, z) + DROP_METERS, z]];
  });
  if (given.length > 0) return { places: given, islands: new Set() };
  const ground = groundComponent(navmesh);
  if (!ground) return { places: [], islands: new Set() };
  const beside = navmesh.components.filter(
    component =>
      component !== ground &&
      component.area >= ISLAND_SHARE * ground.area &&
      Math.abs(component.min[1] - ground.min[1]) <= stepHeight,
  );
  const islands =
    beside.length > 0 && isOpen(ground.index) ? beside.filter(({ index }) => isOpen(index)) : [];
  return {
    places: inTurn([ground, ...islands].map(component => spread(navmesh, component))),
    islands: new Set(islands.map(({ index }) => index)),
  };
}

function groundComponent(navmesh: Navmesh): NavmeshComponent | undefined {
  const largest = Math.max(0, ...navmesh.components.map(component => component.area));
  return navmesh.components
    .filter(component => component.area >= GROUND_SHARE * largest)
    .sort((a, b) => a.min[1] - b.min[1] || b.area - a.area)[0];
}

/** Farthest-point sampling over polygon middles, the largest polygon first. */
function spread(navmesh: Navmesh, component: NavmeshComponent): Point[] {
  const places = [...component.polygons]
    .sort((a, b) => navmesh.polygonArea(b) - navmesh.polygonArea(a) || a - b)
    .map(polygon => navmesh.centroid(polygon));
  const chosen: Point[] = [];
  const distance = places.map(() => Infinity);
  let next = 0;
  while (chosen.length < Math.min(MAX_SPAWNS, places.length)) {
    const [x, y, z] = places[next];
    chosen.push([x, y + DROP_METERS, z]);
    let best = -1;
    places.forEach((place, i) => {
      distance[i] = Math.min(distance[i], Math.hypot(place[0] - x, place[1] - y, place[2] - z));
      if (best < 0 || distance[i] > distance[best]) best = i;
    });
    if (distance[best] < 1) break;
    next = best;
  }
  return chosen;
}

/** The first of each list, then the second of each: few agents come into all grounds too. */
function inTurn(lists: readonly Point[][]): Point[] {
  const longest = Math.max(...lists.map(list => list.length));
  return Array.from({ length: longest }, (_, i) => lists.flatMap(list => list.slice(i, i + 1))).flat();
}
