import { parentPort } from 'node:worker_threads';
import type { NavmeshJob, NavmeshPolygons, NavmeshReply, Relief } from './navmeshJob.ts';
import {
  freeSoloNavmesh,
  generateSoloNavmesh,
  initRecast,
  type PolyMeshDetail,
  type SoloNavmeshResult,
} from './recast.ts';

/** Recast's own mark for 'no vertex here' in a polygon's list. */
const RC_MESH_NULL_INDEX = 0xffff;
const MAX_CORNERS = 6;
/** Borders are cut up into edges of 6 m, or so many cells: shorter ones on a large grid, and Recast takes minutes to join polygons. */
const MIN_EDGE_CELLS = 60;

/**
 * Cells that Recast takes away before each wall: the fewest that leave no way narrower than the body is wide. One more,
 * as for the radius rounded up, and a doorway of 0.9 m would be closed to a body of 0.7 m.
 */
function radiusCells({ bodyRadius, cellSize }: NavmeshJob): number {
  return Math.ceil(bodyRadius / cellSize - 0.5 - 1e-6);
}

/** An empty result means that nothing can be walked, which Recast's Detour stage reports as a failure. */
function build(job: NavmeshJob): NavmeshPolygons | undefined {
  const result = generateSoloNavmesh(
    job.positions,
    job.indices,
    {
      cs: job.cellSize,
      ch: job.cellHeight,
      walkableSlopeAngle: (job.maxSlopeRadians * 180) / Math.PI,
      walkableHeight: Math.ceil(job.bodyHeight / job.cellHeight),
      walkableClimb: Math.floor(job.stepHeight / job.cellHeight + 1e-6),
      walkableRadius: radiusCells(job),
      maxEdgeLen: Math.max(MIN_EDGE_CELLS, Math.round(6 / job.cellSize)),
      maxSimplificationError: 1.1,
      // Squared by the generator: regions under (0.5 m)² are noise for a body of this size.
      minRegionArea: Math.ceil(0.5 / job.cellSize),
      mergeRegionArea: Math.ceil(3 / job.cellSize),
      maxVertsPerPoly: MAX_CORNERS,
      detailSampleDist: 6,
      detailSampleMaxError: 1,
      buildBvTree: false,
    },
    true,
  );
  const polygons = readPolygons(result, job);
  freeSoloNavmesh(result);
  return polygons;
}

function readPolygons(result: SoloNavmeshResult, job: NavmeshJob): NavmeshPolygons | undefined {
  const { polyMesh: mesh, polyMeshDetail: detail } = result.intermediates;
  if (!mesh || !detail) {
    if (result.success) return undefined;
    throw new Error(result.error);
  }
  const { x: minX, y: minY, z: minZ } = mesh.bmin();
  const vertices = new Float64Array(mesh.nverts() * 3);
  for (let i = 0; i < mesh.nverts(); i++) {
    vertices[3 * i] = minX + mesh.verts(3 * i) * job.cellSize;
    vertices[3 * i + 1] = minY + mesh.verts(3 * i + 1) * job.cellHeight;
    vertices[3 * i + 2] = minZ + mesh.verts(3 * i + 2) * job.cellSize;
  }
  const corners: number[] = [];
  const starts = [0];
  const stride = 2 * mesh.nvp();
  for (let polygon = 0; polygon < mesh.npolys(); polygon++) {
    for (let corner = 0; corner < mesh.nvp(); corner++) {
      const vertex = mesh.polys(polygon * stride + corner);
      if (vertex === RC_MESH_NULL_INDEX) break;
      corners.push(vertex);
    }
    starts.push(corners.length);
  }
  if (starts.length === 1) return undefined;
  return {
    vertices,
    corners: Uint32Array.from(corners),
    starts: Uint32Array.from(starts),
    relief: readRelief(detail, starts, job),
  };
}

/** Only of polygons that Recast added vertices to: between the corners of all others the ground is level, or one slope. */
function readRelief(detail: PolyMeshDetail, starts: readonly number[], { cellHeight }: NavmeshJob): Relief {
  const vertices: number[] = [];
  const triangles: number[] = [];
  const reliefStarts = [0];
  for (let polygon = 0; polygon + 1 < starts.length; polygon++) {
    const [firstVertex, vertexCount, firstTriangle, triangleCount] = [0, 1, 2, 3].map(k =>
      detail.meshes(4 * polygon + k),
    );
    if (vertexCount > starts[polygon + 1] - starts[polygon]) {
      const base = vertices.length / 3;
      for (let i = 3 * firstVertex; i < 3 * (firstVertex + vertexCount); i++)
        // Recast raises this mesh above its polygons by a cell's height.
        vertices.push(detail.verts(i) - (i % 3 === 1 ? cellHeight : 0));
      for (let t = firstTriangle; t < firstTriangle + triangleCount; t++)
        for (let k = 0; k < 3; k++) triangles.push(base + detail.tris(4 * t + k));
    }
    reliefStarts.push(triangles.length / 3);
  }
  return {
    vertices: Float64Array.from(vertices),
    triangles: Uint32Array.from(triangles),
    starts: Uint32Array.from(reliefStarts),
  };
}

const port = parentPort;
if (!port) throw new Error('navmesh.worker.ts runs as a worker thread only.');
const ready = initRecast();
port.on('message', async (jobs: NavmeshJob[]) => {
  let reply: NavmeshReply;
  try {
    await ready;
    reply = { ok: true, results: jobs.map(build) };
  } catch (thrown) {
    // The heap may be torn after a trap: who asked ends this thread, and nothing of it is used again.
    reply = { ok: false, reason: thrown instanceof Error ? thrown.message : String(thrown) };
  }
  port.postMessage(reply);
});
ready.catch(() => undefined);
