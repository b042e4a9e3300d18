import { rotationX, rotationZ } from '../../geometry/transforms.ts';
import { FloorMap } from './floorMap.ts';
import { extent, middle } from './props.ts';
import { transformWorld } from './wholeWorld.ts';
import type { WorldFaultInjector } from './worldFault.ts';

const TURNS = {
  'Z up': rotationX(Math.PI / 2),
  '-Z up': rotationX(-Math.PI / 2),
  'X up': rotationZ(-Math.PI / 2),
  'upside down': rotationX(Math.PI),
} as const;

/** A world of so many nodes has things that stand on its floor; one that is merged into fewer has none to tell by. */
const LEAST_NODES = 6;
/** What is left tells where the floor is by its size: a wall or a roof is not so much smaller. */
const FAR_MORE_FLOOR = 4;

/** The whole world on its side or on its head; Z up most often, as in life. */
export const plantBadUp: WorldFaultInjector = (subject, random) => {
  const how = random.chance(0.5) ? 'Z up' : random.pick(['-Z up', 'X up', 'upside down'] as const);
  const bounds = transformWorld(subject, TURNS[how]);
  const isTold =
    subject.visual.nodes.length >= LEAST_NODES ||
    (how.endsWith('Z up') && subject.floor.area >= FAR_MORE_FLOOR * new FloorMap(subject.visual).area);
  if (!isTold) return 'nothing in this world tells where up is';
  return { type: 'bad-up', position: middle(bounds), extent: extent(bounds), how };
};
