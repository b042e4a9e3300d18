import { createRandom } from '../../engine/random.ts';
import type { MeshPart, WorldModel } from '../../engine/world/worldModel.ts';

/** Squares a side at which the ground and the walls have 96k triangles. */
export const ROOMS_CELLS = 215;
const SIDE_METERS = 100;
const ROOM_METERS = 10;

/** Measures of a world of rooms, metres. */
export interface RoomsPlan {
  sideMeters: number;
  roomMeters: number;
}

const LARGE_PLAN: RoomsPlan = { sideMeters: SIDE_METERS, roomMeters: ROOM_METERS };
/** Doors let one body through and another beside it; they keep this far from a room's corners, as a share of its side. */
const DOOR_METERS = 1.6;
const DOOR_MARGIN_SHARE = 0.2;

export function groundHeight(x: number, z: number): number {
  return 0.5 * Math.sin(x * 0.21) * Math.cos(z * 0.17) + 0.2 * Math.sin(x * 0.6 + z * 0.35);
}

/**
 * Rolling ground of `cells`² squares under rooms with doors, 100 unless planned otherwise: 2 · cells² triangles and
 * some hundreds of walls.
 */
export function roomsWorld(
  cells: number,
  seed: number,
  { sideMeters, roomMeters }: RoomsPlan = LARGE_PLAN,
): WorldModel {
  const random = createRandom(seed);
  const step = sideMeters / cells;
  const at = (i: number) => i * step - sideMeters / 2;
  const positions: number[] = [];
  const indices: number[] = [];
  for (let j = 0; j <= cells; j++)
    for (let i = 0; i <= cells; i++) positions.push(at(i), groundHeight(at(i), at(j)), at(j));
  for (let j = 0; j < cells; j++)
    for (let i = 0; i < cells; i++) {
      const a = j * (cells + 1) + i;
      const c = a + cells + 1;
      indices.push(a, c, a + 1, a + 1, c, c + 1);
    }
  const wall = (alongX: boolean, across: number, start: number, end: number) => {
    const first = positions.length / 3;
    const low = -1.5;
    const high = 3;
    for (const side of [-0.1, 0.1])
      for (const along of [start, end])
        for (const y of [low, high])
          positions.push(alongX ? along : across + side, y, alongX ? across + side : along);
    for (const [a, b, c, d] of [
      [0, 1, 3, 2],
      [4, 6, 7, 5],
      [0, 4, 5, 1],
      [2, 3, 7, 6],
      [1, 5, 7, 3],
    ] as const)
      indices.push(...[a, b, c, a, c, d].map(k => first + k));
  };
  const count = sideMeters / roomMeters;
  for (let k = 0; k <= count; k++)
    for (let m = 0; m < count; m++)
      for (const alongX of [true, false]) {
        const across = k * roomMeters - sideMeters / 2;
        const start = m * roomMeters - sideMeters / 2;
        const door =
          start +
          random.range(DOOR_MARGIN_SHARE * roomMeters, (1 - DOOR_MARGIN_SHARE) * roomMeters - DOOR_METERS);
        if (k === 0 || k === count) wall(alongX, across, start, start + roomMeters);
        else {
          wall(alongX, across, start, door);
          wall(alongX, across, door + DOOR_METERS, start + roomMeters);
        }
      }
  const part: MeshPart = {
    positions: Float32Array.from(positions),
    indices: Uint32Array.from(indices),
    material: 0,
  };
  const identity = Float64Array.of(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1);
  return {
    nodes: [{ name: 'rooms', worldFromNode: identity, parts: [part], motion: 'static' }],
    materials: [
      {
        name: 'plaster',
        baseColor: [1, 1, 1, 1],
        roughness: 1,
        metallic: 0,
        doubleSided: false,
        alphaMode: 'opaque',
        alphaCutoff: 0.5,
      },
    ],
    images: [],
  };
}

/** Where walkers start: feet, metres, one room each. */
export function roomSpawns(count: number): [number, number, number][] {
  const random = createRandom('spawns');
  return Array.from({ length: count }, () => {
    const x = (random.integer(10) - 5) * ROOM_METERS + random.range(2, 8);
    const z = (random.integer(10) - 5) * ROOM_METERS + random.range(2, 8);
    return [x, groundHeight(x, z) + 0.1, z];
  });
}
