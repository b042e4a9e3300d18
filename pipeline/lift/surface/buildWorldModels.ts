import type { Material, MeshPart, WorldModel, WorldNode } from '../../../engine/world/worldModel.ts';
import type { PosedDepth } from './checkConsistency.ts';
import { colorVertices } from './colorVertices.ts';
import type { SurfaceMesh } from './extractSurface.ts';
import { floorCells, floorRectangles, floorRim } from './floorMesh.ts';
import { FLOOR_BAND_METERS, type FloorPlan } from './floorPlan.ts';
import { areaVector, filterTriangles, removeSmallPieces, surfaceArea, vertexNormals } from './meshTools.ts';
import { simplifyColored, simplifyMesh } from './simplifyMesh.ts';

export interface BuiltWorld {
  visual: WorldModel;
  collider: WorldModel;
  /** As world.json lists them. */
  inferred: { node: string; primitive: number; what: string }[];
  /** Share of the visual's area that a camera saw. */
  observedShare: number;
}

/** Bumps this low on walkable floor are noise of the fusion: they would only make feet stumble. */
const LUMP_METERS = 0.12;
/** Surface lower than this over a hole was made up by matching its darkness. */
const HOLE_CLEARANCE_METERS = 0.35;
/** Nothing solid stands where the camera passed: half a person's width and height around its path. */
const PATH_CLEARANCE_METERS = 0.5;
const PATH_CLEARANCE_HEIGHT_METERS = 1.75;

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

/**
 * Splits the fused surface into floor and rest, lays the floor exactly in its plane, and makes what is seen and
 * what is touched of it.
 */
export async function buildWorldModels(
  surface: SurfaceMesh,
  plan: FloorPlan,
  maps: readonly PosedDepth[],
  path: readonly (readonly [number, number, number])[],
  limits: { visualTriangles: number; colliderTriangles: number; voxelMeters: number },
): Promise<BuiltWorld> {
  const rest = withoutFloor(surface, plan, path);
  const tolerance = 3 * limits.voxelMeters;

  const restColors = colorVertices(rest.positions, vertexNormals(rest), maps, tolerance);
  const colored = await simplifyColored(
    rest,
    restColors.colors,
    limits.visualTriangles,
    0.4 * limits.voxelMeters,
    0.15,
  );
  const seenFloor = floorCells(plan, 1);
  const inferredFloor = floorCells(plan, 2);
  const floorColors = [seenFloor, inferredFloor].map(mesh =>
    colorVertices(mesh.positions, vertexNormals(mesh), maps, 0.1, true),
  );
  spreadColors([seenFloor, inferredFloor], floorColors, plan);
  const rim = floorRim(plan, RIM_METERS);

  const part = (mesh: SurfaceMesh, colors: Float32Array, inferred: boolean): MeshPart => ({
    positions: mesh.positions,
    normals: vertexNormals(mesh),
    colors,
    indices: mesh.indices,
    material: 0,
    inferred,
  });
  const curb = floorRim(plan, CURB_METERS);
  const curbColors = new Float32Array((4 * curb.positions.length) / 3).map((_, i) =>
    i % 4 === 3 ? 1 : 0.25,
  );
  const candidates: { name: string; what: string; parts: MeshPart[] }[] = [
    { name: 'surface', what: '', parts: [part(colored.mesh, colored.colors, false)] },
    {
      name: 'floor',
      what: 'floor continued in its plane',
      parts: [
        part(seenFloor, floorColors[0].colors, false),
        part(inferredFloor, floorColors[1].colors, true),
      ],
    },
    { name: 'edge', what: 'boundary of the known world', parts: [part(curb, curbColors, true)] },
  ];
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

  const solid = removeSmallPieces(await simplifyMesh(rest, limits.colliderTriangles, 0.03), 0.02).mesh;
  const plain = (mesh: SurfaceMesh, isInferred: boolean): MeshPart => ({
    positions: mesh.positions,
    indices: mesh.indices,
    material: 0,
    inferred: isInferred,
  });
  const collider: WorldModel = {
    nodes: [
      node('floor', [plain(floorRectangles(plan), false)]),
      ...(solid.indices.length > 0 ? [node('surface', [plain(solid, false)])] : []),
      node('edge', [plain(rim, true)]),
    ],
    materials: [MATERIAL],
    images: [],
  };
  return { visual, collider, inferred, observedShare: area > 0 ? seenArea / area : 0 };
}

/** The surface less the floor, the lumps on it, what a shiny floor mirrors beneath it, and what blocks the path. */
function withoutFloor(
  surface: SurfaceMesh,
  plan: FloorPlan,
  path: readonly (readonly [number, number, number])[],
): SurfaceMesh {
  const { cellMeters, originX, originZ, sizeX, sizeZ, floor, hole } = plan;
  const clear = new Uint8Array(sizeX * sizeZ);
  const reach = Math.ceil(PATH_CLEARANCE_METERS / cellMeters);
  for (let i = 0; i < path.length; i++) {
    const [x, , z] = path[i];
    const [nx, , nz] = path[Math.min(i + 1, path.length - 1)];
    const parts = Math.max(1, Math.ceil(Math.hypot(nx - x, nz - z) / cellMeters));
    for (let k = 0; k <= parts; k++) {
      const ix = Math.floor((x + ((nx - x) * k) / parts - originX) / cellMeters);
      const iz = Math.floor((z + ((nz - z) * k) / parts - originZ) / cellMeters);
      for (let dz = -reach; dz <= reach; dz++)
        for (let dx = -reach; dx <= reach; dx++)
          if (Math.hypot(dx, dz) * cellMeters <= PATH_CLEARANCE_METERS)
            clear[(iz + dz) * sizeX + ix + dx] = 1;
    }
  }
  const p = surface.positions;
  const cellAt = (v: number) => {
    const x = Math.floor((p[3 * v] - originX) / cellMeters);
    const z = Math.floor((p[3 * v + 2] - originZ) / cellMeters);
    return x < 0 || z < 0 || x >= sizeX || z >= sizeZ ? -1 : z * sizeX + x;
  };
  const kept = filterTriangles(surface, (a, b, c) => {
    const low = Math.min(p[3 * a + 1], p[3 * b + 1], p[3 * c + 1]);
    const high = Math.max(p[3 * a + 1], p[3 * b + 1], p[3 * c + 1]);
    const cells = [cellAt(a), cellAt(b), cellAt(c)];
    // Matching bridges the darkness of a hole from its edges: that patch is no surface.
    if (cells.some(cell => cell >= 0 && hole[cell]) && high < HOLE_CLEARANCE_METERS) return false;
    const overFloor = cells.some(cell => cell >= 0 && floor[cell] > 0);
    if (overFloor && high < LUMP_METERS) return false;
    if (cells.some(cell => cell >= 0 && clear[cell]) && low < PATH_CLEARANCE_HEIGHT_METERS) return false;
    if (high < 0.03 && high > -FLOOR_BAND_METERS) {
      const n = areaVector(p, a, b, c);
      if (n[1] > 0.7 * Math.hypot(n[0], n[1], n[2])) return !overFloor;
    }
    return true;
  });
  // What stands on the floor ends at it.
  for (let v = 0; v < kept.positions.length / 3; v++) {
    const y = kept.positions[3 * v + 1];
    if (y < 0 && y > -0.3) kept.positions[3 * v + 1] = 0;
  }
  return removeSmallPieces(
    filterTriangles(kept, () => true),
    0.05,
  ).mesh;
}

/** Gives floor that no view saw the colour of the nearest floor that one did, growing outwards step by step. */
function spreadColors(
  meshes: readonly SurfaceMesh[],
  colored: readonly { colors: Float32Array; seen: Uint8Array }[],
  plan: FloorPlan,
): void {
  const width = plan.sizeX + 1;
  const keyOf = (mesh: SurfaceMesh, v: number) =>
    Math.round((mesh.positions[3 * v + 2] - plan.originZ) / plan.cellMeters) * width +
    Math.round((mesh.positions[3 * v] - plan.originX) / plan.cellMeters);
  const known = new Map<number, [number, number, number]>();
  const unknown = new Set<number>();
  meshes.forEach((mesh, m) => {
    const { colors, seen } = colored[m];
    for (let v = 0; v < seen.length; v++)
      if (seen[v]) known.set(keyOf(mesh, v), [colors[4 * v], colors[4 * v + 1], colors[4 * v + 2]]);
      else unknown.add(keyOf(mesh, v));
  });
  for (const key of known.keys()) unknown.delete(key);
  let frontier = [...unknown];
  while (frontier.length > 0) {
    const found: [number, [number, number, number]][] = [];
    const waiting: number[] = [];
    for (const key of frontier) {
      const around = [key - 1, key + 1, key - width, key + width].flatMap(k => {
        const color = known.get(k);
        return color ? [color] : [];
      });
      if (around.length === 0) waiting.push(key);
      else
        found.push([
          key,
          [0, 1, 2].map(k => around.reduce((sum, c) => sum + c[k], 0) / around.length) as [
            number,
            number,
            number,
          ],
        ]);
    }
    if (found.length === 0) break;
    for (const [key, color] of found) known.set(key, color);
    frontier = waiting;
  }
  meshes.forEach((mesh, m) => {
    const { colors, seen } = colored[m];
    for (let v = 0; v < seen.length; v++) {
      if (seen[v]) continue;
      const color = known.get(keyOf(mesh, v)) ?? [0.3, 0.3, 0.3];
      for (let k = 0; k < 3; k++) colors[4 * v + k] = color[k];
    }
  });
}
