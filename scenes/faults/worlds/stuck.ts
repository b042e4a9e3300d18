import type { Vector3 } from '../../scene.ts';
import { cutOut, prism } from './cutPrism.ts';
import type { WorldFaultInjector } from './worldFault.ts';
import { addNode, type WorldTriangle } from './worldGeometry.ts';

/** Higher than a body jumps and steps together, 0.8 m, by a hand. */
const LEAST_DEPTH = 1;

/** A pit with upright or overhanging sides, or one that narrows downwards, that no body climbs out of. */
export const plantStuck: WorldFaultInjector = ({ visual, collider, floor }, random) => {
  const half = random.range(1, 2.4) / 2;
  const cell = floor.pick(random, Math.max(0.6, half));
  if (!cell) return 'no floor is wide enough';
  const depth = random.range(LEAST_DEPTH, 2.4);
  // Sides lean in by a quarter at most: 60 degrees and steeper carry nobody.
  const narrowing = random.range(-0.2, 0.4) * Math.min(depth, half);
  const turn = random.range(0, Math.PI / 2);
  const corners = 4 + random.integer(5);
  const ring = (radius: number) =>
    Array.from({ length: corners }, (_, i) => {
      const angle = turn + (2 * Math.PI * i) / corners;
      return [cell.x + radius * Math.cos(angle), cell.z + radius * Math.sin(angle)] as const;
    });
  const grown = half / Math.cos(Math.PI / corners);
  const outline = ring(grown);
  const bottom = ring(Math.max(0.5, grown - narrowing));
  const solid = prism(outline, cell.y - depth - 0.5, cell.y + 0.12);
  const triangles: WorldTriangle[] = [];
  const low = (k: number): Vector3 => [bottom[k % corners][0], cell.y - depth, bottom[k % corners][1]];
  const high = (k: number): Vector3 => [outline[k % corners][0], cell.y, outline[k % corners][1]];
  for (let k = 0; k < corners; k++) {
    triangles.push([low(k), low(k + 1), high(k + 1)], [low(k), high(k + 1), high(k)]);
    if (k > 0 && k + 1 < corners) triangles.push([low(0), low(k + 1), low(k)]);
  }
  for (const model of collider ? [visual, collider] : [visual]) {
    cutOut(model, solid);
    addNode(model, 'pit', triangles);
  }
  return {
    type: 'stuck',
    position: [cell.x, cell.y - depth / 2, cell.z],
    extent: [2 * grown, depth, 2 * grown],
    how: `pit of ${corners} sides, ${(2 * half).toFixed(2)} m wide, ${depth.toFixed(2)} m deep`,
  };
};
