import type { NavmeshPolygons } from './navmeshJob.ts';
import { ReliefHeights } from './reliefHeights.ts';

/** An edge of a polygon with no polygon on its other side: a wall, a drop or the end of the world. */
export interface BorderEdge {
  polygon: number;
  a: readonly [number, number, number];
  b: readonly [number, number, number];
  /** Unit, horizontal, pointing away from the polygon. */
  outwardX: number;
  outwardZ: number;
  lengthMeters: number;
}

/** Polygons joined along their edges, all of which can be walked to one another. */
export interface NavmeshComponent {
  index: number;
  polygons: number[];
  /** Seen from above, m². */
  area: number;
  min: [number, number, number];
  max: [number, number, number];
}

/** Side of the cells of the lookup grid, metres: about one polygon each in rooms; larger in worlds of kilometres. */
const MIN_LOOKUP_METERS = 2;
const LOOKUP_CELLS_ACROSS = 200;
/** Nearer to a polygon than this no other storey can be nearer: a body does not fit between them, metres. */
const SAME_STOREY_METERS = 0.4;

/**
 * The walkable surface for one body: convex polygons, who borders whom, and where one stands. Polygons are
 * already shrunk by the body's radius, to within half a cell of the grid that they were made on: a body's middle
 * anywhere inside one is free, or slides along the wall that it touches.
 */
export class Navmesh {
  readonly polygons: NavmeshPolygons;
  readonly polygonCount: number;
  /** Per entry of polygons.corners: the polygon across the edge from this corner to the next, or −1. */
  readonly neighbours: Int32Array;
  /** Component index per polygon. */
  readonly component: Int32Array;
  readonly components: NavmeshComponent[] = [];
  readonly borders: BorderEdge[] = [];
  private readonly relief: ReliefHeights;
  private readonly lookup = new Map<number, number[]>();
  private readonly lookupMeters: number;

  constructor(polygons: NavmeshPolygons) {
    this.polygons = polygons;
    this.polygonCount = polygons.starts.length - 1;
    this.neighbours = new Int32Array(polygons.corners.length).fill(-1);
    this.component = new Int32Array(this.polygonCount).fill(-1);
    let longest = 0;
    for (const axis of [0, 2]) {
      let min = Infinity;
      let max = -Infinity;
      for (let i = axis; i < polygons.vertices.length; i += 3) {
        min = Math.min(min, polygons.vertices[i]);
        max = Math.max(max, polygons.vertices[i]);
      }
      longest = Math.max(longest, max - min);
    }
    this.lookupMeters = Math.max(MIN_LOOKUP_METERS, longest / LOOKUP_CELLS_ACROSS);
    this.relief = new ReliefHeights(polygons.relief);
    this.joinEdges();
    this.findComponents();
    this.collectBorders();
    this.fillLookup();
  }

  private next(polygon: number, corner: number): number {
    return corner + 1 < this.polygons.starts[polygon + 1] ? corner + 1 : this.polygons.starts[polygon];
  }

  private joinEdges(): void {
    const { corners, starts } = this.polygons;
    const open = new Map<number, { polygon: number; corner: number }>();
    const vertexCount = this.polygons.vertices.length / 3;
    for (let polygon = 0; polygon < this.polygonCount; polygon++)
      for (let corner = starts[polygon]; corner < starts[polygon + 1]; corner++) {
        const from = corners[corner];
        const to = corners[this.next(polygon, corner)];
        const twin = open.get(to * vertexCount + from);
        if (twin) {
          this.neighbours[corner] = twin.polygon;
          this.neighbours[twin.corner] = polygon;
          open.delete(to * vertexCount + from);
        } else open.set(from * vertexCount + to, { polygon, corner });
      }
  }

  private findComponents(): void {
    const { starts, corners, vertices } = this.polygons;
    for (let seed = 0; seed < this.polygonCount; seed++) {
      if (this.component[seed] >= 0) continue;
      const found: NavmeshComponent = {
        index: this.components.length,
        polygons: [],
        area: 0,
        min: [Infinity, Infinity, Infinity],
        max: [-Infinity, -Infinity, -Infinity],
      };
      this.component[seed] = found.index;
      const queue = [seed];
      for (let polygon = queue.pop(); polygon !== undefined; polygon = queue.pop()) {
        found.polygons.push(polygon);
        found.area += this.polygonArea(polygon);
        for (let corner = starts[polygon]; corner < starts[polygon + 1]; corner++) {
          for (let axis = 0; axis < 3; axis++) {
            const value = vertices[3 * corners[corner] + axis];
            if (value < found.min[axis]) found.min[axis] = value;
            if (value > found.max[axis]) found.max[axis] = value;
          }
          const neighbour = this.neighbours[corner];
          if (neighbour >= 0 && this.component[neighbour] < 0) {
            this.component[neighbour] = found.index;
            queue.push(neighbour);
          }
        }
      }
      this.components.push(found);
    }
  }

  private collectBorders(): void {
    const { starts, corners, vertices } = this.polygons;
    for (let polygon = 0; polygon < this.polygonCount; polygon++)
      for (let corner = starts[polygon]; corner < starts[polygon + 1]; corner++) {
        if (this.neighbours[corner] >= 0) continue;
        const i = 3 * corners[corner];
        const j = 3 * corners[this.next(polygon, corner)];
        const dx = vertices[j] - vertices[i];
        const dz = vertices[j + 2] - vertices[i + 2];
        const lengthMeters = Math.hypot(dx, dz);
        if (lengthMeters < 1e-9) continue;
        // Clockwise from above with +X right and +Z towards the viewer: the outside is on the left of the edge.
        let outwardX = dz / lengthMeters;
        let outwardZ = -dx / lengthMeters;
        const centre = this.centroid(polygon);
        if ((vertices[i] - centre[0]) * outwardX + (vertices[i + 2] - centre[2]) * outwardZ < 0) {
          outwardX = -outwardX;
          outwardZ = -outwardZ;
        }
        this.borders.push({
          polygon,
          a: [vertices[i], vertices[i + 1], vertices[i + 2]],
          b: [vertices[j], vertices[j + 1], vertices[j + 2]],
          outwardX,
          outwardZ,
          lengthMeters,
        });
      }
  }

  private fillLookup(): void {
    const { starts, corners, vertices } = this.polygons;
    for (let polygon = 0; polygon < this.polygonCount; polygon++) {
      let minX = Infinity;
      let maxX = -Infinity;
      let minZ = Infinity;
      let maxZ = -Infinity;
      for (let corner = starts[polygon]; corner < starts[polygon + 1]; corner++) {
        minX = Math.min(minX, vertices[3 * corners[corner]]);
        maxX = Math.max(maxX, vertices[3 * corners[corner]]);
        minZ = Math.min(minZ, vertices[3 * corners[corner] + 2]);
        maxZ = Math.max(maxZ, vertices[3 * corners[corner] + 2]);
      }
      for (let x = Math.floor(minX / this.lookupMeters); x <= Math.floor(maxX / this.lookupMeters); x++)
        for (let z = Math.floor(minZ / this.lookupMeters); z <= Math.floor(maxZ / this.lookupMeters); z++) {
          const list = this.lookup.get(cellKey(x, z));
          if (list) list.push(polygon);
          else this.lookup.set(cellKey(x, z), [polygon]);
        }
    }
  }

  polygonArea(polygon: number): number {
    const { starts, corners, vertices } = this.polygons;
    let twice = 0;
    for (let corner = starts[polygon]; corner < starts[polygon + 1]; corner++) {
      const i = 3 * corners[corner];
      const j = 3 * corners[this.next(polygon, corner)];
      twice += vertices[i] * vertices[j + 2] - vertices[j] * vertices[i + 2];
    }
    return Math.abs(twice) / 2;
  }

  /** Mean of the corners, on the ground. */
  centroid(polygon: number): [number, number, number] {
    const { starts, corners, vertices } = this.polygons;
    const sum: [number, number, number] = [0, 0, 0];
    const count = starts[polygon + 1] - starts[polygon];
    for (let corner = starts[polygon]; corner < starts[polygon + 1]; corner++)
      for (let axis = 0; axis < 3; axis++) sum[axis] += vertices[3 * corners[corner] + axis] / count;
    if (this.relief.has(polygon)) sum[1] = this.relief.at(polygon, sum[0], sum[2]);
    return sum;
  }

  /** Height of the ground of a polygon over a place inside it, metres; of a level one from the fan around its first corner. */
  heightAt(polygon: number, x: number, z: number): number {
    if (this.relief.has(polygon)) return this.relief.at(polygon, x, z);
    const { starts, corners, vertices } = this.polygons;
    const start = starts[polygon];
    const a = 3 * corners[start];
    let best = vertices[a + 1];
    let bestOutside = Infinity;
    for (let corner = start + 1; corner + 1 < starts[polygon + 1]; corner++) {
      const b = 3 * corners[corner];
      const c = 3 * corners[corner + 1];
      const det =
        (vertices[b + 2] - vertices[c + 2]) * (vertices[a] - vertices[c]) +
        (vertices[c] - vertices[b]) * (vertices[a + 2] - vertices[c + 2]);
      if (det === 0) continue;
      const u =
        ((vertices[b + 2] - vertices[c + 2]) * (x - vertices[c]) +
          (vertices[c] - vertices[b]) * (z - vertices[c + 2])) /
        det;
      const v =
        ((vertices[c + 2] - vertices[a + 2]) * (x - vertices[c]) +
          (vertices[a] - vertices[c]) * (z - vertices[c + 2])) /
        det;
      const w = 1 - u - v;
      const outside = Math.max(0, -u, -v, -w);
      if (outside < bestOutside) {
        bestOutside = outside;
        best = u * vertices[a + 1] + v * vertices[b + 1] + w * vertices[c + 1];
      }
    }
    return best;
  }

  /** How far a place lies outside a polygon seen from above, metres; 0 or less inside. */
  distanceOutside(polygon: number, x: number, z: number): number {
    const { starts, corners, vertices } = this.polygons;
    let inside = true;
    let nearest = Infinity;
    let sign = 0;
    for (let corner = starts[polygon]; corner < starts[polygon + 1]; corner++) {
      const i = 3 * corners[corner];
      const j = 3 * corners[this.next(polygon, corner)];
      const ex = vertices[j] - vertices[i];
      const ez = vertices[j + 2] - vertices[i + 2];
      const px = x - vertices[i];
      const pz = z - vertices[i + 2];
      const cross = ex * pz - ez * px;
      if (cross !== 0) {
        if (sign === 0) sign = Math.sign(cross);
        else if (Math.sign(cross) !== sign) inside = false;
      }
      const lengthSquared = ex * ex + ez * ez;
      const t = lengthSquared > 0 ? Math.min(1, Math.max(0, (px * ex + pz * ez) / lengthSquared)) : 0;
      const dx = px - t * ex;
      const dz = pz - t * ez;
      nearest = Math.min(nearest, dx * dx + dz * dz);
    }
    const distance = Math.sqrt(nearest);
    return inside ? -distance : distance;
  }

  /** Whether a place lies inside a polygon or on its border, seen from above. */
  contains(polygon: number, x: number, z: number): boolean {
    const { starts, corners, vertices } = this.polygons;
    const end = starts[polygon + 1];
    let i = 3 * corners[end - 1];
    let sign = 0;
    for (let corner = starts[polygon]; corner < end; corner++) {
      const j = 3 * corners[corner];
      const cross =
        (vertices[j] - vertices[i]) * (z - vertices[i + 2]) -
        (vertices[j + 2] - vertices[i + 2]) * (x - vertices[i]);
      if (cross * sign < 0) return false;
      if (cross !== 0) sign = cross;
      i = j;
    }
    return true;
  }

  /** The place inside a polygon, seen from above, that is nearest to a place; the place itself where it is inside. */
  nearestInside(polygon: number, x: number, z: number): [x: number, z: number] {
    if (this.contains(polygon, x, z)) return [x, z];
    const { starts, corners, vertices } = this.polygons;
    let best: [number, number] = [x, z];
    let nearest = Infinity;
    for (let corner = starts[polygon]; corner < starts[polygon + 1]; corner++) {
      const i = 3 * corners[corner];
      const j = 3 * corners[this.next(polygon, corner)];
      const ex = vertices[j] - vertices[i];
      const ez = vertices[j + 2] - vertices[i + 2];
      const lengthSquared = ex * ex + ez * ez;
      const along = (x - vertices[i]) * ex + (z - vertices[i + 2]) * ez;
      const t = lengthSquared > 0 ? Math.min(1, Math.max(0, along / lengthSquared)) : 0;
      const [px, pz] = [vertices[i] + t * ex, vertices[i + 2] + t * ez];
      const distance = Math.hypot(x - px, z - pz);
      if (distance >= nearest) continue;
      nearest = distance;
      best = [px, pz];
    }
    return best;
  }

  /**
   * The polygon that a body with its feet here stands on, or −1.
   * @param reachMeters how far beside a polygon still counts, for a body pressed against a wall.
   * @param heightTolerance how far above or below a polygon still counts, metres.
   * @param hint the polygon it stood on last, −1 where that is not known.
   */
  locate(x: number, y: number, z: number, reachMeters: number, heightTolerance: number, hint = -1): number {
    // Polygons of one storey do not overlap: inside the one it was on, none is better.
    if (hint >= 0 && this.contains(hint, x, z)) {
      const height = Math.abs(this.heightAt(hint, x, z) - y);
      if (height < Math.min(heightTolerance, SAME_STOREY_METERS)) return hint;
    }
    let best = -1;
    let bestCost = Infinity;
    const x0 = Math.floor((x - reachMeters) / this.lookupMeters);
    const x1 = Math.floor((x + reachMeters) / this.lookupMeters);
    const z0 = Math.floor((z - reachMeters) / this.lookupMeters);
    const z1 = Math.floor((z + reachMeters) / this.lookupMeters);
    for (let ix = x0; ix <= x1; ix++)
      for (let iz = z0; iz <= z1; iz++)
        for (const polygon of this.lookup.get(cellKey(ix, iz)) ?? []) {
          const outside = this.distanceOutside(polygon, x, z);
          if (outside > reachMeters) continue;
          const height = Math.abs(this.heightAt(polygon, x, z) - y);
          if (height > heightTolerance) continue;
          const cost = Math.max(0, outside) * 4 + height;
          if (cost < bestCost) {
            bestCost = cost;
            best = polygon;
          }
        }
    return best;
  }
}

/** One number per grid cell; 2¹⁹ cells each way are over 1000 km at 2 m. A small integer, which maps find fastest, within 2 km. */
function cellKey(x: number, z: number): number {
  return x * 0x100000 + z;
}
