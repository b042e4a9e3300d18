import { createPhysicsWorld } from '../../engine/physics/createPhysicsWorld.ts';
import type { Havok } from '../../engine/physics/havok.ts';
import { chooseSpawns } from '../../sim/agents/spawns.ts';
import { walkerBody } from '../../sim/body.ts';
import { measureEnclosure } from '../../sim/detectors/enclosure.ts';
import { makeWorldContext } from '../../sim/detectors/worldContext.ts';
import { explore } from '../../sim/explore.ts';
import { TriangleBvh } from '../../sim/geometry/triangleBvh.ts';
import { collectTriangles } from '../../sim/geometry/worldTriangles.ts';
import { Navmesh } from '../../sim/navmesh/navmesh.ts';
import type { NavmeshPolygons } from '../../sim/navmesh/navmeshJob.ts';
import { roomsWorld } from '../walkers/roomsWorld.ts';

/** Crosses from Node to the page: numbers only. */
export interface AgentsRun {
  vertices: number[];
  corners: number[];
  starts: number[];
  relief: { vertices: number[]; triangles: number[]; starts: number[] };
  agents: number;
  simulatedSeconds: number;
  seed: number;
}

export interface AgentsPath {
  /** After each step, over where every agent stands. */
  stepHashes: string[];
  pathHash: string;
}

export const WORLD = roomsWorld(100, 3, { sideMeters: 50, roomMeters: 10 });

/** Lets agents explore the same rooms, in Node or in a page, and keeps the hash of each step. */
export async function runAgents(run: AgentsRun, havok: Havok): Promise<AgentsPath> {
  const polygons: NavmeshPolygons = {
    vertices: Float64Array.from(run.vertices),
    corners: Uint32Array.from(run.corners),
    starts: Uint32Array.from(run.starts),
    relief: {
      vertices: Float64Array.from(run.relief.vertices),
      triangles: Uint32Array.from(run.relief.triangles),
      starts: Uint32Array.from(run.relief.starts),
    },
  };
  const navmesh = new Navmesh(polygons);
  const body = walkerBody(1);
  const bvh = new TriangleBvh(collectTriangles(WORLD));
  const { places: spawns } = chooseSpawns(navmesh, undefined, body.stepHeight, () => false);
  const reachable = new Set(
    spawns.map(([x, y, z]) => navmesh.component[navmesh.locate(x, y, z, 1, 1)] ?? -1),
  );
  const context = makeWorldContext({ visual: WORLD, collider: WORLD }, bvh, navmesh, reachable, body);
  const stepHashes: string[] = [];
  const physics = createPhysicsWorld(WORLD, { havok });
  const { simulation } = await explore(physics, context, navmesh, spawns, measureEnclosure(context), {
    agents: run.agents,
    simulatedSeconds: run.simulatedSeconds,
    seed: run.seed,
    observe: {
      onFrame: () => undefined,
      onFinding: () => undefined,
      onStep: (_, hash) => stepHashes.push(hash),
    },
  });
  return { stepHashes, pathHash: simulation.pathHash };
}
