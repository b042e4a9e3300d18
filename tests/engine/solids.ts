import type { MeshPart, WorldModel, WorldNode } from '../../engine/world/worldModel.ts';

/** Small solids that the engine's tests build worlds of. Metres, +Y up. */

type Vector3 = [number, number, number];

export const PLASTER: WorldModel['materials'][number] = {
  name: 'plaster',
  baseColor: [0.8, 0.8, 0.8, 1],
  roughness: 1,
  metallic: 0,
  doubleSided: false,
  alphaMode: 'opaque',
  alphaCutoff: 0.5,
};

export function placed(x: number, y: number, z: number): Float64Array {
  return Float64Array.of(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, x, y, z, 1);
}

/** A closed box of 12 triangles, outward, around the node's origin. */
export function boxPart(size: Vector3): MeshPart {
  const [x, y, z] = size.map(s => s / 2) as Vector3;
  const positions: number[] = [];
  for (let i = 0; i < 8; i++) positions.push(i & 1 ? x : -x, i & 2 ? y : -y, i & 4 ? z : -z);
  const quads = [
    [0, 4, 6, 2],
    [1, 3, 7, 5],
    [0, 1, 5, 4],
    [2, 6, 7, 3],
    [0, 2, 3, 1],
    [4, 5, 7, 6],
  ] as const;
  const indices = quads.flatMap(([a, b, c, d]) => [a, b, c, a, c, d]);
  return { positions: Float32Array.from(positions), indices: Uint32Array.from(indices), material: 0 };
}

/** A static box with its centre at a point. */
export function box(name: string, center: Vector3, size: Vector3): WorldNode {
  return { name, worldFromNode: placed(...center), parts: [boxPart(size)], motion: 'static' };
}

export function dynamicBox(name: string, center: Vector3, size: Vector3, massKilograms: number): WorldNode {
  return { ...box(name, center, size), motion: 'dynamic', massKilograms };
}

/** A sheet of two triangles without thickness, corners counter-clockwise from the front. */
export function sheet(name: string, corners: [Vector3, Vector3, Vector3, Vector3]): WorldNode {
  return {
    name,
    worldFromNode: placed(0, 0, 0),
    parts: [
      {
        positions: Float32Array.from(corners.flat()),
        indices: Uint32Array.of(0, 1, 2, 0, 2, 3),
        material: 0,
      },
    ],
    motion: 'static',
  };
}

/** A floor at y = 0, 40 m square. */
export function floor(): WorldNode {
  return sheet('floor', [
    [-20, 0, -20],
    [-20, 0, 20],
    [20, 0, 20],
    [20, 0, -20],
  ]);
}

/** A ramp that rises towards −Z from z = 0, `run` metres long. */
export function ramp(angleDegrees: number, run: number): WorldNode {
  const rise = run * Math.tan((angleDegrees * Math.PI) / 180);
  return sheet('ramp', [
    [-2, 0, 0],
    [2, 0, 0],
    [2, rise, -run],
    [-2, rise, -run],
  ]);
}

export function worldOf(...nodes: WorldNode[]): WorldModel {
  return { nodes, materials: [PLASTER], images: [] };
}
