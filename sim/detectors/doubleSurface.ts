import { clusterSamples, type SurfaceSample } from '../geometry/clusterPoints.ts';
import { facesWithTwins } from '../geometry/facingTwins.ts';
import type { Finding } from '../types.ts';
import { middleOf, sizeOf, type WorldContext } from './worldContext.ts';

/**
 * Bad geometry, double surface: two faces that look the same way lie in one plane over each other. Which of them is
 * seen changes from pixel to pixel and frame to frame.
 */

/** A depth buffer of 24 bits tells surfaces apart at this distance up to some 15 m away, metres. */
const SAME_PLANE_METERS = 0.001;
const SAME_NORMAL_DOT = 0.999;
const SAMPLE_METERS = 0.1;
/** What 20,000 m² take at that spacing, and memory bears; larger worlds are looked at less closely. */
const MOST_SAMPLES = 2e6;
/** Floors that are walked on are looked at from near by: as much as a sheet of paper flickers visibly. */
const MIN_FLOOR_SQUARE_METERS = 0.25;
/** Less is a blemish. */
const SERIOUS_SQUARE_METERS = 1;
/** Elsewhere the ends of boards and bricks share planes; a whole wall is another matter. */
const MIN_OTHER_SQUARE_METERS = 2;
const CLUSTER_METERS = 0.3;
const FLOOR_NORMAL_Y = 0.7;
/** The lattice lies off the round numbers at which builders put edges. */
const LATTICE_SHIFT = 0.371;
/** This near its edge, as a share of the triangle, a point counts for no side. */
const EDGE_SHARE = 1e-6;

export function detectDoubleSurface(context: WorldContext): Finding[] {
  const { bvh, model, navmesh, body } = context;
  const { normals, areas } = bvh.triangles;
  const spacing = Math.max(
    SAMPLE_METERS,
    Math.sqrt(areas.reduce((sum, area) => sum + area, 0) / MOST_SAMPLES),
  );
  const coarseness = spacing / SAMPLE_METERS;
  const samples = doubledPlaces(context, spacing).map(sample => ({
    ...sample,
    isWalked:
      normals[3 * sample.triangle + 1] > FLOOR_NORMAL_Y &&
      navmesh !== undefined &&
      navmesh.locate(...sample.point, body.radius, body.stepHeight) >= 0,
  }));
  return clusterSamples(samples, CLUSTER_METERS * coarseness).flatMap((cluster): Finding[] => {
    const walked = cluster.samples.reduce((sum, { isWalked, area }) => sum + (isWalked ? area : 0), 0);
    const isMuch = cluster.area >= MIN_OTHER_SQUARE_METERS * coarseness ** 2;
    if (!isMuch && walked < MIN_FLOOR_SQUARE_METERS * coarseness ** 2) return [];
    const names = [...new Set(cluster.samples.map(({ node }) => model.nodes[node].name))];
    return [
      {
        type: 'bad-geometry',
        severity: isMuch || walked >= SERIOUS_SQUARE_METERS ? 'warning' : 'info',
        confidence: 0.8,
        position: middleOf(cluster),
        extent: sizeOf(cluster),
        object: names[0],
        message: `${cluster.area.toFixed(1)} m² of ${names.join(' and ')} are there twice, in one plane: they flicker.`,
        evidence: {
          kind: 'double-surface',
          areaSquareMeters: Math.round(cluster.area * 100) / 100,
          objects: names.slice(0, 4),
        },
      },
    ];
  });
}

/**
 * Where a straight line of a lattice passes two faces that look the same way in one plane. Each face that lies on another
 * is asked along the axis that it faces most; a lattice instead of rays from each face looks at every square metre once.
 */
function doubledPlaces(context: WorldContext, spacing: number): (SurfaceSample & { triangle: number })[] {
  const soup = context.bvh.triangles;
  const { positions, indices, normals, areas, node } = soup;
  const facings = lookedAt(context);
  const hasTwin = facesWithTwins(context.bvh, facings, {
    leastDot: SAME_NORMAL_DOT,
    mostMeters: SAME_PLANE_METERS,
    edgeShare: EDGE_SHARE,
  });
  const found: (SurfaceSample & { triangle: number })[] = [];
  // The last face met on a line, and the one met before it.
  const area = areas.reduce((sum, each, triangle) => sum + (hasTwin[triangle] ? each : 0), 0);
  const lines = new LineTable(area / spacing ** 2);
  let before = new Int32Array(1024);
  let heights = new Float64Array(1024);
  let faces = new Int32Array(1024);
  let met = 0;
  const first = (low: number) => Math.ceil(low / spacing - LATTICE_SHIFT);
  const last = (high: number) => Math.floor(high / spacing - LATTICE_SHIFT);
  const a = new Float64Array(3);
  const b = new Float64Array(3);
  const c = new Float64Array(3);
  for (let triangle = 0; triangle < areas.length; triangle++) {
    if (!hasTwin[triangle]) continue;
    const [nx, ny, nz] = [normals[3 * triangle], normals[3 * triangle + 1], normals[3 * triangle + 2]];
    const facing = facings[triangle];
    const up = facing >> 1;
    const steepness = Math.abs(normals[3 * triangle + up]);
    const [u, v] = [(up + 1) % 3, (up + 2) % 3];
    for (let axis = 0; axis < 3; axis++) {
      a[axis] = positions[3 * indices[3 * triangle] + axis];
      b[axis] = positions[3 * indices[3 * triangle + 1] + axis];
      c[axis] = positions[3 * indices[3 * triangle + 2] + axis];
    }
    const det = (b[v] - c[v]) * (a[u] - c[u]) + (c[u] - b[u]) * (a[v] - c[v]);
    const [fromU, toU] = [first(Math.min(a[u], b[u], c[u])), last(Math.max(a[u], b[u], c[u]))];
    const [fromV, toV] = [first(Math.min(a[v], b[v], c[v])), last(Math.max(a[v], b[v], c[v]))];
    for (let iu = fromU; iu <= toU; iu++)
      for (let iv = fromV; iv <= toV; iv++) {
        const pu = (iu + LATTICE_SHIFT) * spacing;
        const pv = (iv + LATTICE_SHIFT) * spacing;
        const s = ((b[v] - c[v]) * (pu - c[u]) + (c[u] - b[u]) * (pv - c[v])) / det;
        const t = ((c[v] - a[v]) * (pu - c[u]) + (a[u] - c[u]) * (pv - c[v])) / det;
        // Neighbours in one surface share their edges: what lies on one belongs to neither.
        if (!(s > EDGE_SHARE && t > EDGE_SHARE && s + t < 1 - EDGE_SHARE)) continue;
        const height = s * a[up] + t * b[up] + (1 - s - t) * c[up];
        const previous = lines.swap(iu, iv, facing, met);
        for (let entry = previous; entry >= 0; entry = before[entry]) {
          const other = faces[entry];
          if (Math.abs(heights[entry] - height) * steepness > SAME_PLANE_METERS) continue;
          const dot = nx * normals[3 * other] + ny * normals[3 * other + 1] + nz * normals[3 * other + 2];
          if (dot < SAME_NORMAL_DOT) continue;
          const point: [number, number, number] = [0, 0, 0];
          point[up] = height;
          point[u] = pu;
          point[v] = pv;
          found.push({ point, area: spacing ** 2 / steepness, node: node[triangle], triangle });
          break;
        }
        if (met === faces.length) {
          before = doubled(before, new Int32Array(2 * met));
          heights = doubled(heights, new Float64Array(2 * met));
          faces = doubled(faces, new Int32Array(2 * met));
        }
        before[met] = previous;
        heights[met] = height;
        faces[met++] = triangle;
      }
  }
  return found;
}

function doubled<T extends Int32Array | Float64Array>(from: T, into: T): T {
  into.set(from);
  return into;
}

/** The last face met on each line of six lattices, one for each way to face. Open addressing: maps take half as long again. */
class LineTable {
  #u: Int32Array;
  #v: Int32Array;
  #facing: Int8Array;
  #last: Int32Array;
  #count = 0;

  constructor(expected: number) {
    const size = 2 ** Math.ceil(Math.log2(2 * expected + 16));
    this.#u = new Int32Array(size);
    this.#v = new Int32Array(size);
    this.#facing = new Int8Array(size).fill(-1);
    this.#last = new Int32Array(size);
  }

  /** Sets the last face of a line. @returns the one before, −1 for none. */
  swap(u: number, v: number, facing: number, face: number): number {
    if (2 * this.#count > this.#last.length) this.#grow();
    const slot = this.#slotOf(u, v, facing);
    const previous = this.#facing[slot] === facing ? this.#last[slot] : -1;
    if (previous < 0) this.#count++;
    this.#u[slot] = u;
    this.#v[slot] = v;
    this.#facing[slot] = facing;
    this.#last[slot] = face;
    return previous;
  }

  #slotOf(u: number, v: number, facing: number): number {
    let hash = Math.imul(u, 0x9e3779b1) ^ Math.imul(v, 0x85ebca6b) ^ Math.imul(facing, 0xc2b2ae35);
    hash ^= hash >>> 15;
    const mask = this.#last.length - 1;
    let slot = hash & mask;
    while (
      this.#facing[slot] >= 0 &&
      (this.#u[slot] !== u || this.#v[slot] !== v || this.#facing[slot] !== facing)
    )
      slot = (slot + 1) & mask;
    return slot;
  }

  #grow(): void {
    const [u, v, facing, last] = [this.#u, this.#v, this.#facing, this.#last];
    this.#u = new Int32Array(2 * last.length);
    this.#v = new Int32Array(2 * last.length);
    this.#facing = new Int8Array(2 * last.length).fill(-1);
    this.#last = new Int32Array(2 * last.length);
    for (let i = 0; i < last.length; i++) {
      if (facing[i] < 0) continue;
      const slot = this.#slotOf(u[i], v[i], facing[i]);
      this.#u[slot] = u[i];
      this.#v[slot] = v[i];
      this.#facing[slot] = facing[i];
      this.#last[slot] = last[i];
    }
  }
}

/** Twice the axis that a triangle faces most, and one more for up along it; −1 where nobody looks at it. */
function lookedAt(context: WorldContext): Int8Array {
  const { areas, normals } = context.bvh.triangles;
  const decal = blended(context);
  const facings = new Int8Array(areas.length).fill(-1);
  for (let triangle = 0; triangle < areas.length; triangle++) {
    const [nx, ny, nz] = [normals[3 * triangle], normals[3 * triangle + 1], normals[3 * triangle + 2]];
    // Nobody looks at what lies face down.
    if (areas[triangle] === 0 || decal[triangle] || ny < -FLOOR_NORMAL_Y) continue;
    const [ax, ay, az] = [Math.abs(nx), Math.abs(ny), Math.abs(nz)];
    const up = ay >= ax && ay >= az ? 1 : ax >= az ? 0 : 2;
    facings[triangle] = 2 * up + (normals[3 * triangle + up] > 0 ? 1 : 0);
  }
  return facings;
}

/** 1 for decals, stains and leaves, which lie on other surfaces on purpose. */
function blended({ model, bvh }: WorldContext): Uint8Array {
  const marks = new Uint8Array(bvh.triangles.areas.length);
  let triangle = 0;
  for (const node of model.nodes)
    for (const part of node.parts) {
      const mark = (model.materials[part.material]?.alphaMode ?? 'opaque') === 'opaque' ? 0 : 1;
      for (let i = 0; i + 2 < part.indices.length; i += 3) marks[triangle++] = mark;
    }
  return marks;
}
