import type { MeshPart } from '../worldModel.ts';

/** A collider without a mesh: KHR_implicit_shapes, and OMI_physics_shape, which has the same four kinds. */
export interface ImplicitShape {
  type?: unknown;
  [kind: string]: unknown;
}

/** Sides of what is round; the flats lie within 1 % of the radius. */
const SIDES = 24;
/** Rings from a cap's rim to its pole. */
const RINGS = 6;

/**
 * A box, sphere, capsule or cylinder as triangles, around its own origin and along its own Y as both extensions have
 * it. Undefined for other kinds and for sizes that are not positive numbers.
 */
export function implicitShape(shape: ImplicitShape): Omit<MeshPart, 'material'> | undefined {
  const kind = typeof shape.type === 'string' ? shape.type : '';
  const values = (shape[kind] ?? {}) as Record<string, unknown>;
  const read = (key: string, otherwise: number): number => {
    const value = values[key] ?? shape[key] ?? otherwise;
    return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : NaN;
  };
  if (kind === 'box') {
    const size = (values['size'] ?? shape['size'] ?? [1, 1, 1]) as unknown[];
    const half = [0, 1, 2].map(axis => Number(size[axis]) / 2);
    if (!half.every(value => Number.isFinite(value) && value > 0)) return undefined;
    const corners: [number, number][] = [
      [-half[0], -half[2]],
      [half[0], -half[2]],
      [half[0], half[2]],
      [-half[0], half[2]],
    ];
    return spin(
      [
        [-half[1], 1],
        [half[1], 1],
      ],
      corners,
    );
  }
  const radius = read('radius', 0.5);
  const [bottom, top] = [read('radiusBottom', radius), read('radiusTop', radius)];
  const height = read('height', kind === 'cylinder' ? 2 : 0.5);
  const circle = Array.from({ length: SIDES }, (_, i): [number, number] => [
    Math.cos((2 * Math.PI * i) / SIDES),
    Math.sin((2 * Math.PI * i) / SIDES),
  ]);
  const profile: [number, number][] = [];
  const cap = (middle: number, size: number, from: number, to: number) => {
    for (let ring = 0; ring <= RINGS; ring++) {
      const angle = from + ((to - from) * ring) / RINGS;
      profile.push([middle + size * Math.sin(angle), Math.abs(size * Math.cos(angle))]);
    }
  };
  if (kind === 'sphere') cap(0, radius, -Math.PI / 2, Math.PI / 2);
  else if (kind === 'cylinder') profile.push([-height / 2, bottom], [height / 2, top]);
  else if (kind === 'capsule') {
    cap(-height / 2, bottom, -Math.PI / 2, 0);
    cap(height / 2, top, 0, Math.PI / 2);
  } else return undefined;
  if (!profile.flat().every(Number.isFinite) || Math.max(...profile.map(([, r]) => r)) <= 0) return undefined;
  return spin(profile, circle);
}

/** Rings of an outline (x, z; anticlockwise in that plane), each at a height and scale, closed at both ends. */
function spin(
  profile: readonly (readonly [height: number, scale: number])[],
  outline: readonly (readonly [number, number])[],
): Omit<MeshPart, 'material'> {
  const positions: number[] = [];
  const indices: number[] = [];
  const sides = outline.length;
  for (const [height, scale] of profile)
    for (const [x, z] of outline) positions.push(x * scale, height, z * scale);
  for (let ring = 0; ring + 1 < profile.length; ring++)
    for (let k = 0; k < sides; k++) {
      const [a, b] = [ring * sides + k, ring * sides + ((k + 1) % sides)];
      indices.push(a, b + sides, b, a, a + sides, b + sides);
    }
  const last = (profile.length - 1) * sides;
  for (let k = 1; k + 1 < sides; k++) indices.push(0, k, k + 1, last, last + k + 1, last + k);
  return { positions: Float32Array.from(positions), indices: Uint32Array.from(indices) };
}
