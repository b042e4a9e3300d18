import { cutOut, prism } from './cutPrism.ts';
import type { WorldFaultInjector } from './worldFault.ts';

/** Narrower than this a capsule of 0.35 m radius stays up. */
const LEAST_WIDTH = 0.9;
const MOST_WIDTH = 2.6;

/** A hole of three to nine corners through everything below the floor, down to nothing. */
export const plantFallThrough: WorldFaultInjector = ({ visual, collider, floor }, random) => {
  const radius = random.range(LEAST_WIDTH, MOST_WIDTH) / 2;
  const cell = floor.pick(random, Math.max(0.5, radius * 0.8));
  if (!cell) return 'no floor is wide enough';
  const corners = 3 + random.integer(7);
  const turn = random.range(0, 2 * Math.PI);
  // A triangle's inscribed circle is half as wide as the circle around it.
  const grown = radius / Math.cos(Math.PI / corners);
  const outline = Array.from({ length: corners }, (_, i) => {
    const angle = turn + (2 * Math.PI * i) / corners;
    return [cell.x + grown * Math.cos(angle), cell.z + grown * Math.sin(angle)] as const;
  });
  const solid = prism(outline, -Infinity, cell.y + 0.15);
  const touched = cutOut(collider ?? visual, solid);
  if (collider && random.chance(0.5)) cutOut(visual, solid);
  if (touched === 0) return 'there is no floor to cut';
  return {
    type: 'fall-through',
    position: [cell.x, cell.y, cell.z],
    extent: [2 * grown, 0.3, 2 * grown],
    how: `hole of ${corners} corners, ${(2 * radius).toFixed(2)} m wide`,
  };
};
