import { NavEdge, NavMesh, NavNode, Polygon, Vector3 } from 'yuka';
import type { Navmesh } from './navmesh.ts';

/** How far beside and above a polygon a place still belongs to it when a path is asked for, metres. */
const REACH_METERS = 0.8;
const HEIGHT_TOLERANCE_METERS = 1;

/**
 * Our polygons as a Yuka NavMesh, for its A* and funnel. Yuka finds twins by comparing every pair of edges and
 * regions by scanning all of them; here both come from the adjacency and the lookup grid that Navmesh has.
 */
export class YukaNavmesh extends NavMesh {
  private readonly source: Navmesh;
  private readonly indexOfRegion = new Map<Polygon, number>();
  private readonly knownPolygon = new Map<Vector3, number>();

  constructor(source: Navmesh) {
    super();
    this.source = source;
    const { starts, corners, vertices } = source.polygons;
    const points = Array.from(
      { length: vertices.length / 3 },
      (_, i) => new Vector3(vertices[3 * i], vertices[3 * i + 1], vertices[3 * i + 2]),
    );
    for (let polygon = 0; polygon < source.polygonCount; polygon++) {
      const contour = Array.from(
        corners.subarray(starts[polygon], starts[polygon + 1]),
        corner => points[corner],
      );
      const region = new Polygon().fromContour(contour).computeCentroid();
      this.indexOfRegion.set(region, polygon);
      this.regions.push(region);
      this.graph.addNode(new NavNode(polygon, region.centroid));
    }
    this.linkTwins();
  }

  private linkTwins(): void {
    const { starts } = this.source.polygons;
    // Yuka keeps a half-edge under its head, so the edge into corner i + 1 is the one that leaves corner i.
    const edgesOf = this.regions.map((region, polygon) => {
      const edges = [];
      let edge = region.edge?.next;
      for (let i = starts[polygon]; edge && i < starts[polygon + 1]; i++) {
        edges.push(edge);
        edge = edge.next;
      }
      return edges;
    });
    this.regions.forEach((region, polygon) => {
      edgesOf[polygon].forEach((edge, i) => {
        const other = this.source.neighbours[starts[polygon] + i];
        if (other < 0) return;
        const neighbour = this.regions[other];
        const twin = edgesOf[other].find(
          candidate => candidate.head() === edge.tail() && candidate.tail() === edge.head(),
        );
        if (twin) edge.linkOpponent(twin);
        if (!this.graph.hasEdge(polygon, other))
          this.graph.addEdge(new NavEdge(polygon, other, region.centroid.distanceTo(neighbour.centroid)));
      });
    });
  }

  /** findPath for ends whose polygons are known; −1 where one is not. */
  findPathBetween(from: Vector3, fromPolygon: number, to: Vector3, toPolygon: number): Vector3[] {
    this.knownPolygon.set(from, fromPolygon);
    this.knownPolygon.set(to, toPolygon);
    try {
      return this.findPath(from, to);
    } finally {
      this.knownPolygon.clear();
    }
  }

  override getRegionForPoint(point: Vector3): Polygon {
    const known = this.knownPolygon.get(point) ?? -1;
    if (known >= 0) return this.regions[known];
    const polygon = this.source.locate(point.x, point.y, point.z, REACH_METERS, HEIGHT_TOLERANCE_METERS);
    return polygon < 0 ? this.getClosestRegion(point) : this.regions[polygon];
  }

  override getNodeIndex(region: Polygon): number {
    return this.indexOfRegion.get(region) ?? -1;
  }
}
