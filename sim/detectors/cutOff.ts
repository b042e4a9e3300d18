import type { Navmesh } from '../navmesh/navmesh.ts';
import type { Finding } from '../types.ts';

/** The navmesh keeps the body's radius and a cell or two from a rim; the sides of a pit may lean out from where bodies stood. */
const HOLE_RIM_METERS = 0.8;
const PIT_RIM_METERS = 2;
/** The rim of a hole is where the body stood; that of a pit is more than a step above it, up to a storey. */
const HOLE_HEIGHTS_METERS = [-1, 1] as const;
const PIT_HEIGHTS_METERS = [0.3, 3] as const;

/**
 * Whether a component of the navmesh comes to the rim of a hole or a pit that bodies fell into, or of floor that faces
 * down: it lies behind that, and that it cannot be come to is part of that defect.
 */
export function isBehind(
  { position, extent = [0, 0, 0], type }: Finding,
  navmesh: Navmesh,
  component: number,
): boolean {
  const [rim, [lowest, highest]] =
    type === 'stuck' ? [PIT_RIM_METERS, PIT_HEIGHTS_METERS] : [HOLE_RIM_METERS, HOLE_HEIGHTS_METERS];
  return navmesh.borders.some(({ polygon, a, b }) => {
    if (navmesh.component[polygon] !== component) return false;
    const above = a[1] - position[1];
    return (
      Math.abs((a[0] + b[0]) / 2 - position[0]) < extent[0] / 2 + rim &&
      Math.abs((a[2] + b[2]) / 2 - position[2]) < extent[2] / 2 + rim &&
      above > lowest &&
      above < highest
    );
  });
}
