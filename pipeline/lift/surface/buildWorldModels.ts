import type { Material, MeshPart, WorldModel, WorldNode } from '../../../engine/world/worldModel.ts';
import type { WorldObject } from '../../../engine/world/worldSchema.ts';
import type { PosedDepth } from './checkConsistency.ts';
import { clearFloor } from './clearFloor.ts';
import { colorVertices, type VertexColors } from './colorVertices.ts';
import type { Completion } from './completePlanes.ts';
import type { SurfaceMesh } from './extractSurface.ts';
import { findObjects } from './findObjects.ts';
import { floorCells, floorRectangles, floorRim } from './floorMesh.ts';
import type { FloorPlan } from './floorPlan.ts';
import { type CellGrid, type CellMesh, cellMesh, rectangleMesh } from './gridMesh.ts';
import { joinArrays, joinMeshes, removeSmallPieces, surfaceArea, vertexNormals } from './meshTools.ts';
import { PLANE_BAND_METERS, type Plane, planeCell, planeDistance, planePoint } from './planes.ts';
import { simplifyColored, simplifyMesh } from './simplifyMesh.ts';
import { spreadColors } from './spreadColors.ts';

export interface BuiltWorld {
  visual: WorldModel;
  collider: WorldModel;
  /** As world.json lists them; each is a node of its own in both models. */
  objects: WorldObject[];
  /** As world.json lists them. */
  inferred: { node: string; primitive: number; what: string }[];
  /** Share of the visual's area that a camera saw. */
  observedShare: number;
}

/** The boundary of the known floor: in the collider too high to step or jump over … */
const RIM_METERS = 1.1;
/** … and in the visual a curb that shows where it is and hides nothing. */
const CURB_METERS = 0.06;

const IDENTITY = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];

const MATERIAL: Material = {
  name: 'seen',
  baseColor: [1, 1, 1, 1],
  roughness: 1,
  metallic: 0,
  // The outer faces of what was seen from inside are open: without this, walls vanish from behind.
  doubleSided: true,
  alphaMode: 'opaque',
  alphaCutoff: 0.5,
};

function node(name: string, parts: MeshPart[]): WorldNode {
  return { name, worldFromNode: Float64Array.from(IDENTITY), parts, motion: 'static' };
}

/** How far simplification may move the collider from the fused surface. */
const COLLIDER_ERROR_METERS = 0.03;
/** Filled cells lie this far behind their plane, so that what was seen of it hides their overlap. */
const BEHIND_PLANE_METERS = 0.015;

/**
 * Splits the fused surface into floor and rest, lays the floor exactly in its plane, adds what continues walls and
 * ceiling, and makes what is seen and what is touched of it.
 */
export async function buildWorldModels(
  surface: SurfaceMesh,
  planes: readonly Plane[],
  plan: FloorPlan,
  completions: readonly Completion[],
  measured: readonly PosedDepth[],
  maps: readonly PosedDepth[],
  path: readonly (readonly [number, number, number])[],
  limits: { visualTriangles: number; colliderTriangles: number; voxelMeters: number },
): Promise<BuiltWorld> {
  const rest = clearFloor(surface, plan, path);
  const tolerance = 3 * limits.voxelMeters;

  const { structure, objects: things } = findObjects(rest, planes, plan, measured);
  const restTriangles = Math.max(1, rest.indices.length);
  const simplify = async (mesh: SurfaceMesh) => {
    const vertexColors = colorVertices(mesh.positions, vertexNormals(mesh), maps, tolerance);
    const budget = Math.ceil((limits.visualTriangles * mesh.indices.length) / restTriangles);
    const { colors } = vertexColors;
    return { vertexColors, ...(await simplifyColored(mesh, colors, budget, 0.4 * limits.voxelMeters, 0.15)) };
  };
  const colored = await simplify(structure);
  const floor = ([1, 2] as const).map(kind => {
    const mesh = floorCells(plan, kind);
    return { mesh, colored: colorVertices(mesh.positions, vertexNormals(mesh), maps, 0.1, true) };
  });
  spreadColors(floor, plan.sizeZ + 1);
  const added = completions.map(completion =>
    colorCompletion(completion, structure, colored.vertexColors, maps),
  );

  const part = (mesh: SurfaceMesh, colors: Float32Array, inferred: boolean): MeshPart => ({
    positions: mesh.positions,
    normals: vertexNormals(mesh),
    colors,
    indices: mesh.indices,
    material: 0,
    inferred,
  });
  // Where the floor ends at a wall or under a thing, they show it.
  const curb = floorRim(plan, CURB_METERS, cell => plan.obstacle[cell] === 1);
  const curbColors = new Float32Array((4 * curb.positions.length) / 3).map((_, i) =>
    i % 4 === 3 ? 1 : 0.25,
  );
  const addedPart = (kind: 0 | 1, inferred: boolean): MeshPart =>
    part(
      joinMeshes(added.map(plane => plane[kind].mesh)),
      joinArrays(added.map(plane => plane[kind].colored.colors)),
      inferred,
    );
  const candidates: { name: string; what: string; parts: MeshPart[] }[] = [
    { name: 'surface', what: '', parts: [part(colored.mesh, colored.colors, false)] },
    {
      name: 'floor',
      what: 'floor continued in its plane',
      parts: floor.map(({ mesh, colored: { colors } }, kind) => part(mesh, colors, kind === 1)),
    },
    {
      name: 'walls',
      what: 'walls and ceiling continued in their planes',
      parts: [addedPart(0, false), addedPart(1, true)],
    },
    { name: 'edge', what: 'boundary of the known world', parts: [part(curb, curbColors, true)] },
  ];
  const names = things.map((_, i) => `object-${i + 1}`);
  for (const [i, thing] of things.entries()) {
    const { mesh, colors } = await simplify(thing.mesh);
    candidates.push({ name: names[i], what: '', parts: [part(mesh, colors, false)] });
  }
  const nodes: WorldNode[] = [];
  const inferred: BuiltWorld['inferred'] = [];
  let seenArea = 0;
  let area = 0;
  for (const { name, what, parts } of candidates) {
    const filled = parts.filter(p => p.indices.length > 0);
    if (filled.length === 0) continue;
    nodes.push(node(name, filled));
    for (const [primitive, p] of filled.entries()) {
      const own = name === 'edge' ? 0 : surfaceArea(p);
      area += own;
      if (p.inferred) inferred.push({ node: name, primitive, what });
      else seenArea += own;
    }
  }
  const visual: WorldModel = { nodes, materials: [MATERIAL], images: [] };

  const harden = async (mesh: SurfaceMesh) => {
    const budget = Math.ceil((limits.colliderTriangles * mesh.indices.length) / restTriangles);
    return removeSmallPieces(await simplifyMesh(mesh, budget, COLLIDER_ERROR_METERS), 0.02).mesh;
  };
  const plain = (mesh: SurfaceMesh, isInferred: boolean): MeshPart => ({
    positions: mesh.positions,
    indices: mesh.indices,
    material: 0,
    inferred: isInferred,
  });
  const rectangles = joinMeshes(
    completions.map(completion =>
      rectangleMesh(completionGrid(completion), cell => completion.added[cell] > 0),
    ),
  );
  const touched: [string, SurfaceMesh, boolean][] = [
    ['floor', floorRectangles(plan), false],
    ['surface', await harden(structure), false],
    ['walls', rectangles, true],
    ['edge', floorRim(plan, RIM_METERS), true],
  ];
  for (const [i, thing] of things.entries()) touched.push([names[i], await harden(thing.mesh), false]);
  const collider: WorldModel = {
    nodes: touched
      .filter(([, mesh]) => mesh.indices.length > 0)
      .map(([name, mesh, isInferred]) => node(name, [plain(mesh, isInferred)])),
    materials: [MATERIAL],
    images: [],
  };
  const touchedNames = new Set(collider.nodes.map(({ name }) => name));
  const objects = things.flatMap(({ min, max, massKilograms }, i) =>
    touchedNames.has(names[i])
      ? [{ id: names[i], node: names[i], bounds: { min, max }, motion: 'static' as const, massKilograms }]
      : [],
  );
  return { visual, collider, objects, inferred, observedShare: area > 0 ? seenArea / area : 0 };
}

function completionGrid({ plane }: Completion): CellGrid {
  const { cellMeters, sizeU, sizeV } = plane.grid;
  const pointAt = (i: number, k: number): [number, number, number] => {
    const [x, y, z] = planePoint(plane, i, k);
    const [nx, ny, nz] = plane.normal.map(v => v * BEHIND_PLANE_METERS);
    return [x - nx, Math.max(0, y - ny), z - nz];
  };
  return { cellMeters, sizeU, sizeV, pointAt };
}

/** The cells that a camera looked at and those that none saw, coloured from the views or from the wall beside them. */
function colorCompletion(
  completion: Completion,
  { positions: p }: SurfaceMesh,
  { colors, seen }: VertexColors,
  maps: readonly PosedDepth[],
): { mesh: CellMesh; colored: VertexColors }[] {
  const { plane, added } = completion;
  const { sizeU, cellMeters } = plane.grid;
  const parts = [1, 2].map(kind => {
    const mesh = cellMesh(completionGrid(completion), cell => added[cell] === kind);
    const tolerance = cellMeters;
    return { mesh, colored: colorVertices(mesh.positions, vertexNormals(mesh), maps, tolerance, true) };
  });
  const sums = new Map<number, [number, number, number, number]>();
  for (let v = 0; v < seen.length; v++) {
    if (!seen[v]) continue;
    const [x, y, z] = p.subarray(3 * v, 3 * v + 3);
    if (Math.abs(planeDistance(plane, x, y, z)) > PLANE_BAND_METERS) continue;
    const cell = planeCell(plane, x, y, z);
    if (cell < 0) continue;
    const key = Math.floor(cell / sizeU) * (sizeU + 1) + (cell % sizeU);
    const sum = sums.get(key) ?? [0, 0, 0, 0];
    for (let k = 0; k < 3; k++) sum[k] += colors[4 * v + k];
    sum[3]++;
    sums.set(key, sum);
  }
  const around = new Map(
    [...sums].map(([key, [r, g, b, n]]) => [key, [r / n, g / n, b / n] as [number, number, number]]),
  );
  spreadColors(parts, sizeU + 1, around);
  return parts;
}
