import * as recast from 'recast-navigation';
import { STEP_SECONDS } from '../../engine/clock.ts';
import { createRandom } from '../../engine/random.ts';
import { generateSoloNavmesh, initRecast } from '../../sim/navmesh/recast.ts';
import { groundHeight, roomSpawns } from './roomsWorld.ts';
import { type MakeWalkers, soupOf } from './walkers.ts';

interface Xyz {
  x: number;
  y: number;
  z: number;
}

/** The part of recast-navigation that is called here; see sim/navmesh/recast.ts. */
const { Crowd, NavMeshQuery } = recast as unknown as {
  NavMeshQuery: new (navmesh: unknown) => { findClosestPoint(place: Xyz): { point: Xyz } };
  Crowd: new (
    navmesh: unknown,
    options: { maxAgents: number; maxAgentRadius: number },
  ) => {
    addAgent(place: Xyz, options: object): { requestMoveTarget(place: Xyz): void };
    update(seconds: number): void;
  };
};

/** Detour's crowd: points that move on the navmesh itself. No body touches the world, so it finds nothing wrong with it. */
export const detourWalkers: MakeWalkers = async (world, count) => {
  await initRecast();
  const { positions, indices } = soupOf(world);
  const config = {
    cs: 0.2,
    ch: 0.1,
    walkableSlopeAngle: 45,
    walkableHeight: 17,
    walkableClimb: 3,
    walkableRadius: 2,
    maxEdgeLen: 40,
    maxSimplificationError: 1.3,
    minRegionArea: 8,
    mergeRegionArea: 20,
    maxVertsPerPoly: 6,
    detailSampleDist: 6,
    detailSampleMaxError: 1,
    buildBvTree: true,
  };
  const { navMesh } = generateSoloNavmesh(positions, indices, config, true) as unknown as {
    navMesh: unknown;
  };
  const query = new NavMeshQuery(navMesh);
  const crowd = new Crowd(navMesh, { maxAgents: count, maxAgentRadius: 0.5 });
  const random = createRandom('detour');
  const agents = roomSpawns(count).map(([x, y, z]) =>
    crowd.addAgent(query.findClosestPoint({ x, y, z }).point, {
      radius: 0.35,
      height: 1.7,
      maxAcceleration: 8,
      maxSpeed: 2,
      collisionQueryRange: 2,
      pathOptimizationRange: 10,
    }),
  );
  let stepCount = 0;
  return {
    step() {
      for (const [i, agent] of agents.entries()) {
        if ((stepCount + 17 * i) % 240 !== 0) continue;
        const x = random.range(-48, 48);
        const z = random.range(-48, 48);
        agent.requestMoveTarget(query.findClosestPoint({ x, y: groundHeight(x, z), z }).point);
      }
      crowd.update(STEP_SECONDS);
      stepCount++;
    },
  };
};
