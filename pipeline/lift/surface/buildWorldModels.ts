import type { Material, MeshPart, WorldModel, WorldNode } from '../../../engine/world/worldModel.ts';
import type { WorldObject } from '../../../engine/world/worldSchema.ts';
import { splitLongEdges } from '../texture/splitLongEdges.ts';
import { type TexturedSheet, textureSurface } from '../texture/textureSurface.ts';
import type { TextureView } from '../texture/textureViews.ts';
import type { PosedDepth } from './checkConsistency.ts';
import { cleanMesh } from './cleanMesh.ts';
import { clearFloor } from './clearFloor.ts';
import { closeGaps } from './closeGaps.ts';
import type { VertexColors } from './colorVertices.ts';
import type { Completion } from './completePlanes.ts';
import type { SurfaceMesh } from './extractSurface.ts';
import { findObjects } from './findObjects.ts';
import { floorCells, floorRectangles, floorRim } from './floorMesh.ts';
import type { FloorPlan } from './floorPlan.ts';
import { type CellGrid, cellMesh, rectangleMesh } from './gridMesh.ts';
import { joinArrays, joinMeshes, removeSmallPieces, surfaceArea, vertexNormals } from './meshTools.ts';
import { PLANE_BAND_METERS, type Plane, planeCell, planeDistance, planePoint } from './planes.ts';
import { simplifyMesh } from './simplifyMesh.ts';
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

const SEEN: Material = {
  name: 'seen',
  baseColor: [1, 1, 1, 1],
  roughness: 1,
  metallic: 0,
  // The outer faces of what was seen from inside are open: without this, walls vanish from behind.
  doubleSided: true,
  alphaMode: 'opaque',
  alphaCutoff: 0.5,
};

const TEXTURED: Material = { ...SEEN, name: 'textured', baseColorImage: 0 };

function node(name: string, parts: MeshPart[]): WorldNode {
  return { name, worldFromNode: Float64Array.from(IDENTITY), parts, motion: 'static' };
}

/** How far simplification may move what is seen, in voxels: what fusion leaves as noise. */
const VISUAL_ERROR_VOXELS = 0.4;
/** Longer edges have to be whole in one view to be textured. */
const LONGEST_EDGE_METERS = 0.3;
/** How far simplification may move the collider from the fused surface. */
const COLLIDER_ERROR_METERS = 0.03;
/** Smaller pieces of the collider are left of noise: nobody could see what he bumps into. */
const LEAST_PIECE_SQUARE_METERS = 0.03;
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
  views: readonly TextureView[],
  path: readonly (readonly [number, number, number])[],
  limits: { visualTriangles: number; colliderTriangles: number; voxelMeters: number },
): Promise<BuiltWorld> {
  const rest = clearFloor(closeGaps(surface, measured), plan, path);
  const { structure, objects: things } = findObjects(rest, planes, plan, measured);
  const restTriangles = Math.max(1, rest.indices.length);
  const simplify = async (mesh: SurfaceMesh) => {
    const budget = Math.ceil((limits.visualTriangles * mesh.indices.length) / restTriangles);
    const simple = await simplifyMesh(mesh, budget, VISUAL_ERROR_VOXELS * limits.voxelMeters);
    return splitLongEdges(cleanMesh(simple), LONGEST_EDGE_METERS);
  };
  const place = await simplify(structure);
  const standing = await Promise.all(things.map(thing => simplify(thing.mesh)));
  const floor = ([1, 2] as const).map(kind => floorCells(plan, kind));
  const added = completions.map(completion =>
    [1, 2].map(kind => cellMesh(completionGrid(completion), cell => completion.added[cell] === kind)),
  );
  const { atlas, sheets } = textureSurface(
    [
      { mesh: place, isStrict: false },
      { mesh: floor[0], isStrict: true },
      ...standing.map(mesh => ({ mesh, isStrict: false })),
      ...added.map(([mesh]) => ({ mesh, isStrict: true })),
    ],
    views,
    3 * limits.voxelMeters,
  );
  const [placeSheet, floorSheet] = sheets;
  const standingSheets = sheets.slice(2, 2 + standing.length);
  const addedSheets = sheets.slice(2 + standing.length);
  const unseenFloor = unseen(floor[1]);
  spreadColors(
    [
      { mesh: floor[0], colored: floorSheet.colored },
      { mesh: floor[1], colored: unseenFloor },
    ],
    plan.sizeZ + 1,
  );
  const unseenAdded = completions.map(({ plane }, i) => {
    const colored = unseen(added[i][1]);
    const meshes = [
      { mesh: added[i][0], colored: addedSheets[i].colored },
      { mesh: added[i][1], colored },
    ];
    spreadColors(meshes, plane.grid.sizeU + 1, colorsBeside(plane, place, placeSheet.colored));
    return colored;
  });

  const part = (mesh: SurfaceMesh, colors: Float32Array, inferred: boolean): MeshPart => ({
    positions: mesh.positions,
    normals: vertexNormals(mesh),
    colors,
    indices: mesh.indices,
    material: 0,
    inferred,
  });
  const seenParts = ({ textured, plain }: TexturedSheet): MeshPart[] => [
    { ...textured, material: 1, inferred: false },
    part(plain, plain.colors, false),
  ];
  // Where the floor ends at a wall or under a thing, they show it.
  const curb = floorRim(plan, CURB_METERS, cell => plan.obstacle[cell] === 1);
  const curbColors = new Float32Array((4 * curb.positions.length) / 3).map((_, i) =>
    i % 4 === 3 ? 1 : 0.25,
  );
  const candidates: { name: string; what: string; parts: MeshPart[] }[] = [
    { name: 'surface', what: '', parts: seenParts(placeSheet) },
    {
      name: 'floor',
      what: 'floor continued in its plane',
      parts: [...seenParts(floorSheet), part(floor[1], unseenFloor.colors, true)],
    },
    {
      name: 'walls',
      what: 'walls and ceiling continued in their planes',
      parts: [
        ...joinedParts(addedSheets.flatMap(seenParts)),
        part(
          joinMeshes(added.map(([, mesh]) => mesh)),
          joinArrays(unseenAdded.map(({ colors }) => colors)),
          true,
        ),
      ],
    },
    { name: 'edge', what: 'boundary of the known world', parts: [part(curb, curbColors, true)] },
  ];
  const names = things.map((_, i) => `object-${i + 1}`);
  for (const [i, sheet] of standingSheets.entries())
    candidates.push({ name: names[i], what: '', parts: seenParts(sheet) });
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
  const visual: WorldModel = { nodes, materials: [SEEN, TEXTURED], images: [atlas] };

  const harden = async (mesh: SurfaceMesh) => {
    const budget = Math.ceil((limits.colliderTriangles * mesh.indices.length) / restTriangles);
    const simple = cleanMesh(await simplifyMesh(mesh, budget, COLLIDER_ERROR_METERS));
    return removeSmallPieces(simple, LEAST_PIECE_SQUARE_METERS).mesh;
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
    materials: [SEEN],
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

function unseen({ positions }: SurfaceMesh): VertexColors {
  const count = positions.length / 3;
  const colors = new Float32Array(4 * count);
  for (let v = 0; v < count; v++) colors[4 * v + 3] = 1;
  return { colors, seen: new Uint8Array(count) };
}

/** Mean colour of the surface in a plane, by the corner of the plane's grid that is nearest. */
function colorsBeside(
  plane: Plane,
  { positions: p }: SurfaceMesh,
  { colors, seen }: VertexColors,
): Map<number, [number, number, number]> {
  const { sizeU } = plane.grid;
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
  return new Map([...sums].map(([key, [r, g, b, n]]) => [key, [r / n, g / n, b / n]]));
}

/** One part for all parts of a material, in their order. */
function joinedParts(parts: readonly MeshPart[]): MeshPart[] {
  return [0, 1].flatMap(material => {
    const own = parts.filter(part => part.material === material && part.indices.length > 0);
    if (own.length === 0) return [];
    const all = (pick: (part: MeshPart) => Float32Array | undefined) =>
      joinArrays(own.map(part => pick(part) ?? new Float32Array(0)));
    return [
      {
        ...joinMeshes(own),
        normals: all(({ normals }) => normals),
        ...(material === 1 ? { uvs: all(({ uvs }) => uvs) } : { colors: all(({ colors }) => colors) }),
        material,
        inferred: false,
      },
    ];
  });
}
