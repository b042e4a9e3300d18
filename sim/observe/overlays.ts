import type { Material, MeshPart, WorldModel, WorldNode } from '../../engine/world/worldModel.ts';
import type { CoverageGrid } from '../agents/coverage.ts';
import type { Navmesh } from '../navmesh/navmesh.ts';
import type { ExplorationView } from './runObserver.ts';

/** Over the ground, metres: clear of it, and of each other, in the depth buffer of a distant view. */
const NAVMESH_LIFT_METERS = 0.03;
const COVERAGE_LIFT_METERS = 0.06;
/** Quads leave a gap, so that they are seen as cells. */
const CELL_SHARE = 0.9;

type Rgb = readonly [number, number, number];

/** sRGB, 0–1. Blue and orange differ for every kind of colour vision. */
const REACHABLE: Rgb = [0.18, 0.5, 0.85];
const UNREACHABLE: Rgb = [0.9, 0.47, 0.13];
/** Ground that nobody entered; no colour of the ramp. */
const NOT_ENTERED: Rgb = [0.85, 0.2, 0.42];
/** Viridis (Smith and van der Walt, 2015) at quarters: lightness rises evenly, from the first entered to the last. */
const RAMP: readonly Rgb[] = [
  [0.267, 0.005, 0.329],
  [0.229, 0.322, 0.546],
  [0.128, 0.567, 0.551],
  [0.369, 0.789, 0.383],
  [0.993, 0.906, 0.144],
];

/**
 * What a run knows of the ground, to be drawn over the world: node 'navmesh', its polygons as triangles, coloured
 * by whether they can be come to; node 'coverage', a quad for each cell, coloured by when it was first entered.
 * @param enteredSeconds of each cell of the grid, simulated; not finite where nobody entered it.
 */
export function makeOverlays(
  { navmesh, coverage, reachable }: ExplorationView,
  enteredSeconds: Float32Array,
): WorldModel {
  return {
    nodes: [
      node('navmesh', navmeshPart(navmesh, reachable)),
      node('coverage', coveragePart(coverage, enteredSeconds)),
    ],
    materials: [MATERIAL],
    images: [],
  };
}

const MATERIAL: Material = {
  name: 'overlay',
  baseColor: [1, 1, 1, 1],
  roughness: 1,
  metallic: 0,
  doubleSided: true,
  alphaMode: 'opaque',
  alphaCutoff: 0.5,
};

function node(name: string, part: MeshPart): WorldNode {
  const worldFromNode = Float64Array.of(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1);
  return { name, worldFromNode, parts: part.indices.length > 0 ? [part] : [], motion: 'static' };
}

/** A fan of triangles for each polygon; corners are shared within a polygon only, as colours differ. */
function navmeshPart(navmesh: Navmesh, reachable: ReadonlySet<number>): MeshPart {
  const { starts, corners, vertices } = navmesh.polygons;
  const mesh = new OverlayMesh();
  for (let polygon = 0; polygon < navmesh.polygonCount; polygon++) {
    const color = reachable.has(navmesh.component[polygon]) ? REACHABLE : UNREACHABLE;
    const places: Rgb[] = [];
    for (let corner = starts[polygon]; corner < starts[polygon + 1]; corner++) {
      const i = 3 * corners[corner];
      places.push([vertices[i], vertices[i + 1] + NAVMESH_LIFT_METERS, vertices[i + 2]]);
    }
    mesh.addFan(places, color);
  }
  return mesh.part();
}

function coveragePart(coverage: CoverageGrid, enteredSeconds: Float32Array): MeshPart {
  let last = 0;
  for (const seconds of enteredSeconds) if (Number.isFinite(seconds)) last = Math.max(last, seconds);
  const half = (coverage.cellMeters * CELL_SHARE) / 2;
  const mesh = new OverlayMesh();
  for (let cell = 0; cell < enteredSeconds.length; cell++) {
    const entered = Number.isFinite(enteredSeconds[cell]);
    if (!entered && !coverage.reachable[cell]) continue;
    const x = coverage.cells[3 * cell];
    const y = coverage.cells[3 * cell + 1] + COVERAGE_LIFT_METERS;
    const z = coverage.cells[3 * cell + 2];
    mesh.addFan(
      [
        [x - half, y, z - half],
        [x - half, y, z + half],
        [x + half, y, z + half],
        [x + half, y, z - half],
      ],
      entered ? rampAt(last > 0 ? enteredSeconds[cell] / last : 0) : NOT_ENTERED,
    );
  }
  return mesh.part();
}

function rampAt(share: number): Rgb {
  const place = share * (RAMP.length - 1);
  const stop = Math.min(RAMP.length - 2, Math.floor(place));
  const mix = (axis: 0 | 1 | 2) =>
    RAMP[stop][axis] + (place - stop) * (RAMP[stop + 1][axis] - RAMP[stop][axis]);
  return [mix(0), mix(1), mix(2)];
}

/** Collects flat, upward fans with a colour each. */
class OverlayMesh {
  private readonly positions: number[] = [];
  private readonly colors: number[] = [];
  private readonly indices: number[] = [];

  addFan(places: readonly Rgb[], color: Rgb): void {
    const first = this.positions.length / 3;
    const linear = color.map(toLinear);
    for (const place of places) {
      this.positions.push(...place);
      this.colors.push(...linear, 1);
    }
    for (let i = 2; i < places.length; i++) {
      const upward = isUpward(places[0], places[i - 1], places[i]);
      this.indices.push(first, first + (upward ? i - 1 : i), first + (upward ? i : i - 1));
    }
  }

  part(): MeshPart {
    const normals = new Float32Array(this.positions.length);
    for (let i = 1; i < normals.length; i += 3) normals[i] = 1;
    return {
      positions: Float32Array.from(this.positions),
      normals,
      colors: Float32Array.from(this.colors),
      indices: Uint32Array.from(this.indices),
      material: 0,
    };
  }
}

/** Counter-clockwise from above, +X right and +Z towards the viewer. */
function isUpward(a: Rgb, b: Rgb, c: Rgb): boolean {
  return (b[2] - a[2]) * (c[0] - a[0]) - (b[0] - a[0]) * (c[2] - a[2]) > 0;
}

/** Vertex colours are linear (IEC 61966-2-1). */
function toLinear(srgb: number): number {
  return srgb <= 0.04045 ? srgb / 12.92 : ((srgb + 0.055) / 1.055) ** 2.4;
}
