import type { SurfaceMesh } from './extractSurface.ts';
import { surfaceCentre } from './meshTools.ts';

/** Surface this far above a thing's lowest stands on the floor. */
const FOOT_METERS = 0.05;
/** What carries a thing reaches at least this far around the point under its middle. */
const AROUND_METERS = 0.08;
/** Under the floor, which hides it: in one plane with it it would flicker. */
const UNDER_FLOOR_METERS = 0.002;

/**
 * Gives a thing that stands on the floor the underside that no camera can see: the convex outline of its lowest
 * surface, and of the ground under its middle. It was seen to stand, so what carries it reaches that far, though the
 * back of its foot, or legs thinner than depth maps show, are missing.
 * @param mesh metric frame, floor at y = 0.
 */
export function addFooting(mesh: SurfaceMesh): SurfaceMesh {
  const { positions: p, indices } = mesh;
  let lowest = Number.POSITIVE_INFINITY;
  for (let i = 1; i < p.length; i += 3) lowest = Math.min(lowest, p[i]);
  const [x, , z] = surfaceCentre(mesh);
  const ground: [number, number][] = [
    [x - AROUND_METERS, z - AROUND_METERS],
    [x + AROUND_METERS, z - AROUND_METERS],
    [x + AROUND_METERS, z + AROUND_METERS],
    [x - AROUND_METERS, z + AROUND_METERS],
  ];
  for (let i = 0; i < p.length; i += 3) if (p[i + 1] < lowest + FOOT_METERS) ground.push([p[i], p[i + 2]]);
  const outline = convexOutline(ground);
  const first = p.length / 3;
  const positions = new Float32Array(p.length + 3 * outline.length);
  positions.set(p);
  for (const [i, [ox, oz]] of outline.entries())
    positions.set([ox, -UNDER_FLOOR_METERS, oz], p.length + 3 * i);
  const fan: number[] = [];
  // Counter-clockwise in x and z faces down.
  for (let i = 1; i + 1 < outline.length; i++) fan.push(first, first + i, first + i + 1);
  return { positions, indices: Uint32Array.from([...indices, ...fan]) };
}

/** Andrew's monotone chain, counter-clockwise in (x, z). */
function convexOutline(points: [number, number][]): [number, number][] {
  const sorted = [...points].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const half = (list: [number, number][]): [number, number][] => {
    const chain: [number, number][] = [];
    for (const point of list) {
      for (;;) {
        const [a, b] = chain.slice(-2);
        if (!b || (b[0] - a[0]) * (point[1] - a[1]) - (b[1] - a[1]) * (point[0] - a[0]) > 0) break;
        chain.pop();
      }
      chain.push(point);
    }
    return chain.slice(0, -1);
  };
  return [...half(sorted), ...half(sorted.reverse())];
}
