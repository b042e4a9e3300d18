import type { LoadedWorld } from '../../engine/world/loadWorld.ts';
import type { MeshPart, WorldModel, WorldNode } from '../../engine/world/worldModel.ts';

/** Small worlds made by hand, metres, +Y up, each sound unless a test plants a defect in it. */

type Vector = [number, number, number];

const IDENTITY = () => Float64Array.from([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]);

export function node(name: string, parts: MeshPart[], motion: WorldNode['motion'] = 'static'): WorldNode {
  return { name, worldFromNode: IDENTITY(), parts, motion };
}

/** A closed box from corner to corner, faces outward. */
export function box(min: Vector, max: Vector): MeshPart {
  const [x0, y0, z0] = min;
  const [x1, y1, z1] = max;
  // prettier-ignore
  const positions = Float32Array.from([
    x0,
    y0,
    z0,
    x1,
    y0,
    z0,
    x1,
    y1,
    z0,
    x0,
    y1,
    z0,
    x0,
    y0,
    z1,
    x1,
    y0,
    z1,
    x1,
    y1,
    z1,
    x0,
    y1,
    z1,
  ]);
  // prettier-ignore
  const indices = Uint32Array.from([
    0, 2, 1, 0, 3, 2, 4, 5, 6, 4, 6, 7, 0, 1, 5, 0, 5, 4, 3, 7, 6, 3, 6, 2, 0, 4, 7, 0, 7, 3, 1, 2, 6, 1, 6,
    5,
  ]);
  return { positions, indices, material: 0 };
}

/** A level rectangle that faces up, at a height. */
export function sheet(x0: number, z0: number, x1: number, z1: number, y = 0): MeshPart {
  return {
    positions: Float32Array.from([x0, y, z0, x0, y, z1, x1, y, z1, x1, y, z0]),
    indices: Uint32Array.from([0, 1, 2, 0, 2, 3]),
    material: 0,
  };
}

/** Height of a round hill in the middle of the ground, metres; its steepest slope is half of π times height / radius. */
export function hillHeight(x: number, z: number, height: number, radius: number): number {
  const share = Math.hypot(x, z) / radius;
  return share < 1 ? (height * (1 + Math.cos(Math.PI * share))) / 2 : 0;
}

/** Ground of side × side metres, closed all over, with a hill in its middle. */
export function hill(side: number, height: number, radius: number): MeshPart {
  const count = Math.ceil(side / 0.4);
  const positions: number[] = [];
  const indices: number[] = [];
  for (let j = 0; j <= count; j++)
    for (let i = 0; i <= count; i++) {
      const [x, z] = [i, j].map(k => side * (k / count - 0.5));
      positions.push(x, hillHeight(x, z, height, radius), z);
      if (i === count || j === count) continue;
      const a = j * (count + 1) + i;
      const b = a + count + 1;
      indices.push(a, b, a + 1, a + 1, b, b + 1);
    }
  return { positions: Float32Array.from(positions), indices: Uint32Array.from(indices), material: 0 };
}

export function model(...nodes: WorldNode[]): WorldModel {
  return {
    nodes,
    materials: [
      {
        name: 'grey',
        baseColor: [0.5, 0.5, 0.5, 1],
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

export function loaded(world: WorldModel): LoadedWorld {
  return { path: 'hand-made.glb', sha256: '0'.repeat(64), visual: world, collider: world };
}

export interface RoomOptions {
  /** Inner size, metres. */
  width: number;
  depth: number;
  height?: number;
  /** A hole in the floor: middle and side. */
  hole?: { x: number; z: number; side: number };
  /** Leaves out the wall at +X. */
  withoutWall?: boolean;
}

const WALL = 0.2;

/** A walled room around the origin with its floor at 0, without a ceiling; floor and each wall are nodes. */
export function room({ width, depth, height = 2.8, hole, withoutWall }: RoomOptions): WorldNode[] {
  const x = width / 2;
  const z = depth / 2;
  const floor: MeshPart[] = [];
  if (hole) {
    const half = hole.side / 2;
    const [x0, x1, z0, z1] = [hole.x - half, hole.x + half, hole.z - half, hole.z + half];
    floor.push(
      sheet(-x - WALL, -z - WALL, x0, z + WALL),
      sheet(x1, -z - WALL, x + WALL, z + WALL),
      sheet(x0, -z - WALL, x1, z0),
      sheet(x0, z1, x1, z + WALL),
    );
  } else floor.push(sheet(-x - WALL, -z - WALL, x + WALL, z + WALL));
  const walls: [string, MeshPart][] = [
    ['wall west', box([-x - WALL, 0, -z - WALL], [-x, height, z + WALL])],
    ['wall north', box([-x, 0, -z - WALL], [x, height, -z])],
    ['wall south', box([-x, 0, z], [x, height, z + WALL])],
  ];
  if (!withoutWall) walls.push(['wall east', box([x, 0, -z - WALL], [x + WALL, height, z + WALL])]);
  return [node('floor', floor), ...walls.map(([name, part]) => node(name, [part]))];
}

/** A room with a crate, a low bench and a cupboard against a wall, nothing wrong with any. */
export function furnishedRoom(options: Partial<RoomOptions> = {}): WorldNode[] {
  return [
    ...room({ width: 7, depth: 6, ...options }),
    node('crate', [box([-2.5, 0, -2], [-1.7, 0.8, -1.2])]),
    node('low bench', [box([-0.5, 0, 2], [1, 0.45, 2.5])]),
    node('cupboard', [box([2.9, 0, -1], [3.5, 1.6, 0.2])]),
  ];
}

/** Turns every node, or scales it: row-major 3×3. */
export function transformed(nodes: WorldNode[], rows: [Vector, Vector, Vector]): WorldNode[] {
  return nodes.map(each => ({
    ...each,
    worldFromNode: Float64Array.from([
      rows[0][0],
      rows[1][0],
      rows[2][0],
      0,
      rows[0][1],
      rows[1][1],
      rows[2][1],
      0,
      rows[0][2],
      rows[1][2],
      rows[2][2],
      0,
      0,
      0,
      0,
      1,
    ]),
  }));
}
