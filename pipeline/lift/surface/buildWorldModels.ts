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
import { BACKING, type Completion } from './completePlanes.ts';
import type { SurfaceMesh } from './extractSurface.ts';
import { findObjects } from './findObjects.ts';
import { floorBlocks, floorRectangles, floorRim, unseenFloorCells } from './floorMesh.ts';
import type { FloorPlan } from './floorPlan.ts';
import { blockMeshes, type CellGrid, type CellMesh, cellMesh, rectangleMesh } from './gridMesh.ts';
import { joinArrays, joinMeshes, removeSmallPieces, surfaceArea, vertexNormals } from './meshTools.ts';
import { partSheets } from './partSheets.ts';
import { PLANE_BAND_METERS, type Plane, planeCell, planeDistance, planePoint } from './planes.ts';
import { removeFloaters } from './removeFloaters.ts';
import { simplifyMesh } from './simplifyMesh.ts';
import { spreadColors } from './spreadColors.ts';
import { withoutThings } from './withoutThings.ts';

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
const VISUAL_ERROR_VOXELS = 0.5;
/** Floor and continued walls are laid in squares up to this long: 0.32 m where cameras saw them, 0.64 m where not. */
const SQUARE_CELLS = [4, 8] as const;
/** Of a wall less than this above the floor is not laid: nobody sees it, and it would be a line. */
const ABOVE_FLOOR_METERS = 0.01;
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
  continued: readonly Completion[],
  measured: readonly PosedDepth[],
  views: readonly TextureView[],
  path: readonly (readonly [number, number, number])[],
  limits: { visualTriangles: number; colliderTriangles: number; voxelMeters: number },
): Promise<BuiltWorld> {
  const rest = clearFloor(closeGaps(surface, measured), plan, path);
  const { structure, objects: things } = findObjects(rest, planes, plan, measured);
  const completions = withoutThings(continued, things);
  const restTriangles = Math.max(1, rest.indices.length);
  const simplify = async (mesh: SurfaceMesh) => {
    const budget = Math.ceil((limits.visualTriangles * mesh.indices.length) / restTriangles);
    return cleanMesh(await simplifyMesh(mesh, budget, VISUAL_ERROR_VOXELS * limits.voxelMeters));
  };
  const simple = removeFloaters(await simplify(structure));
  const simpleThings = await Promise.all(things.map(thing => simplify(thing.mesh)));
  const place = splitLongEdges(simple, LONGEST_EDGE_METERS);
  const standing = simpleThings.map(mesh => splitLongEdges(mesh, LONGEST_EDGE_METERS));
  const [floor, unseenFloorBlocks] = floorBlocks(plan, SQUARE_CELLS);
  const completed = completions.map(completion => {
    const grid = completionGrid(completion);
    const kindOf = completedKind(completion);
    const shownAs = (cell: number) => (kindOf(cell) === BACKING ? 1 : kindOf(cell));
    const [seen, unseen] = blockMeshes(grid, shownAs, SQUARE_CELLS);
    return { seen, unseen, unseenCells: cellMesh(grid, cell => kindOf(cell) === 2) };
  });
  const { atlas, sheets } = textureSurface(
    [
      { mesh: place, isStrict: false },
      { mesh: floor, isStrict: true },
      ...standing.map(mesh => ({ mesh, isStrict: false })),
      ...completed.map(({ seen }) => ({ mesh: seen, isStrict: true })),
    ],
    views,
    3 * limits.voxelMeters,
  );
  const [placeSheet, floorSheet] = sheets;
  const standingSheets = sheets.slice(2, 2 + standing.length);
  const continuedSheets = sheets.slice(2 + standing.length);
  const unseenFloor = colorUnseen(
    unseenFloorBlocks,
    unseenFloorCells(plan),
    plan.sizeZ + 1,
    meanColors(
      [[floor, floorSheet.colored]],
      (x, _, z) =>
        Math.round((x - plan.originX) / plan.cellMeters) * (plan.sizeZ + 1) +
        Math.round((z - plan.originZ) / plan.cellMeters),
    ),
  );
  const unseenWalls = completions.map(({ plane }, i) => {
    const width = plane.grid.sizeU + 1;
    const beside = meanColors(
      [
        [place, placeSheet.colored],
        [completed[i].seen, continuedSheets[i].colored],
      ],
      (x, y, z) => {
        if (Math.abs(planeDistance(plane, x, y, z)) > PLANE_BAND_METERS) return -1;
        const cell = planeCell(plane, x, y, z);
        return cell < 0 ? -1 : Math.floor(cell / plane.grid.sizeU) * width + (cell % plane.grid.sizeU);
      },
    );
    return colorUnseen(completed[i].unseen, completed[i].unseenCells, width, beside);
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
      parts: [...seenParts(floorSheet), part(unseenFloor.mesh, unseenFloor.colors, true)],
    },
    {
      name: 'walls',
      what: 'walls and ceiling continued in their planes',
      parts: [
        ...joinedParts(continuedSheets.flatMap(seenParts)),
        part(
          joinMeshes(unseenWalls.map(({ mesh }) => mesh)),
          joinArrays(unseenWalls.map(({ colors }) => colors)),
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

  const simpleTriangles = Math.max(
    1,
    simple.indices.length + simpleThings.reduce((sum, { indices }) => sum + indices.length, 0),
  );
  const harden = async (mesh: SurfaceMesh) => {
    const budget = Math.ceil((limits.colliderTriangles * mesh.indices.length) / simpleTriangles);
    const harder = partSheets(cleanMesh(await simplifyMesh(mesh, budget, COLLIDER_ERROR_METERS)));
    return removeSmallPieces(harder, LEAST_PIECE_SQUARE_METERS).mesh;
  };
  const plain = (mesh: SurfaceMesh, isInferred: boolean): MeshPart => ({
    positions: mesh.positions,
    indices: mesh.indices,
    material: 0,
    inferred: isInferred,
  });
  const rectangles = joinMeshes(
    completions.map(completion => {
      const kindOf = completedKind(completion);
      return rectangleMesh(completionGrid(completion), cell => kindOf(cell) > 0 && kindOf(cell) !== BACKING);
    }),
  );
  const touched: [string, SurfaceMesh, boolean][] = [
    ['floor', floorRectangles(plan), false],
    ['surface', await harden(simple), false],
    ['walls', rectangles, true],
    ['edge', floorRim(plan, RIM_METERS), true],
  ];
  for (let i = 0; i < things.length; i++) touched.push([names[i], await harden(simpleThings[i]), false]);
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

/** The kind of a cell of `added`; 0 where it ends at the floor or below it. */
function completedKind({ plane, added }: Completion): (cell: number) => number {
  const { sizeU } = plane.grid;
  return cell => {
    if (added[cell] === 0) return 0;
    const [i, k] = [cell % sizeU, Math.floor(cell / sizeU)];
    const top = Math.max(planePoint(plane, i, k)[1], planePoint(plane, i, k + 1)[1]);
    return top > ABOVE_FLOOR_METERS ? added[cell] : 0;
  };
}

/** Squares that no camera saw in the colours of what is known beside them, which spread over their cells. */
function colorUnseen(
  mesh: CellMesh,
  cells: CellMesh,
  width: number,
  beside: ReadonlyMap<number, [number, number, number]>,
): { mesh: SurfaceMesh; colors: Float32Array } {
  const count = cells.keys.length;
  const colored = { colors: new Float32Array(4 * count), seen: new Uint8Array(count) };
  spreadColors([{ mesh: cells, colored }], width, beside);
  const at = new Map<number, number>();
  for (const [v, key] of cells.keys.entries()) at.set(key, v);
  const colors = new Float32Array(4 * mesh.keys.length).fill(1);
  for (const [v, key] of mesh.keys.entries()) {
    const from = 4 * (at.get(key) ?? 0);
    colors.set(colored.colors.subarray(from, from + 3), 4 * v);
  }
  return { mesh, colors };
}

/** Mean colour of vertices by the corner of a grid that a place stands for; −1 for none. */
function meanColors(
  sheets: readonly (readonly [SurfaceMesh, VertexColors])[],
  keyOf: (x: number, y: number, z: number) => number,
): Map<number, [number, number, number]> {
  const sums = new Map<number, [number, number, number, number]>();
  for (const [{ positions: p }, { colors, seen }] of sheets)
    for (let v = 0; v < seen.length; v++) {
      const key = seen[v] ? keyOf(p[3 * v], p[3 * v + 1], p[3 * v + 2]) : -1;
      if (key < 0) continue;
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
