import { scaling } from '../../geometry/transforms.ts';
import type { FloorMap } from './floorMap.ts';
import { extent, middle } from './props.ts';
import { transformWorld } from './wholeWorld.ts';
import type { FaultSubject, WorldFaultInjector } from './worldFault.ts';
import { boundsOf } from './worldGeometry.ts';

/** Millimetres, centimetres, inches and decimetres taken for metres, and the other way round. */
const FACTORS = [1000, 100, 39.37, 10, 0.1, 0.0254, 0.01, 0.001] as const;

/** Things whose size everybody knows; two of them tell a world's units. */
const WELL_KNOWN =
  /chair|stool|sofa|bench|bed|table|desk|door|cabinet|shelf|crate|barrel|bin|lamp|car\b|bicycle/i;
const LEAST_WELL_KNOWN = 2;
/** Nobody stands in a smaller world, metres; no larger one is a place; no room is higher. */
const LEAST_SIZE = 1;
const MOST_SIZE = 20_000;
const MOST_HEADROOM = 80;

/** The whole world in other units, where something in it tells. */
export const plantBadScale: WorldFaultInjector = (subject, random) => {
  const size = Math.max(...extent(boundsOf(subject.visual.nodes)));
  const headroom = usualHeadroom(subject.floor);
  const known = hasKnownThings(subject);
  const factor = random.pick(
    FACTORS.filter(
      each => known || each * size < LEAST_SIZE || each * size > MOST_SIZE || each * headroom > MOST_HEADROOM,
    ),
  );
  const bounds = transformWorld(subject, scaling(factor, factor, factor));
  return { type: 'bad-scale', position: middle(bounds), extent: extent(bounds), how: `times ${factor}` };
};

function hasKnownThings({ visual }: FaultSubject): boolean {
  return visual.nodes.filter(({ name }) => WELL_KNOWN.test(name)).length >= LEAST_WELL_KNOWN;
}

/** The middle of all, 0 where most of the floor is under the sky. */
function usualHeadroom(floor: FloorMap): number {
  const heights = floor.cells.map(cell => floor.headroom(cell)).sort((a, b) => a - b);
  const middle = heights[heights.length >> 1] ?? Infinity;
  return Number.isFinite(middle) ? middle : 0;
}
