import type { PhysicsWorld } from '../engine/physics/createPhysicsWorld.ts';
import { guardTraps } from '../engine/physics/guardTraps.ts';
import type { LongOptions } from '../engine/progress.ts';
import { CoverageGrid } from './agents/coverage.ts';
import { Inspections } from './agents/inspections.ts';
import { Mission } from './agents/mission.ts';
import { type SimulationObserver, type SimulationResult, simulate } from './agents/simulate.ts';
import { type BorderPlace, findBorderPlaces } from './agents/suspiciousPlaces.ts';
import { VoidRegions } from './agents/voidRegions.ts';
import type { Enclosure } from './detectors/enclosure.ts';
import { type Fall, joinShafts, judgeHole, judgeTunnel, rimOf } from './detectors/fallThrough.ts';
import { judgeLeaks } from './detectors/leak.ts';
import { type Settled, settle } from './detectors/settle.ts';
import { judgeConfinement } from './detectors/stuck.ts';
import type { WorldContext } from './detectors/worldContext.ts';
import type { Navmesh } from './navmesh/navmesh.ts';
import { YukaNavmesh } from './navmesh/yukaNavmesh.ts';
import type { RunObserver } from './observe/runObserver.ts';
import type { Coverage, Finding } from './types.ts';

export interface Exploration {
  simulation: SimulationResult;
  coverage: Coverage;
  settled: Settled;
  /** Components of the navmesh that can be walked to, or that agents came to all the same. */
  reachable: ReadonlySet<number>;
  /** What happened to the agents. */
  findings: Finding[];
}

export interface ExploreOptions extends LongOptions {
  agents: number;
  simulatedSeconds: number;
  seed: number;
  observe?: ExplorationObserver | undefined;
}

/** What an observed run is told of its exploration. */
export interface ExplorationObserver extends Pick<RunObserver, 'pace' | 'onExploration' | 'onFrame'> {
  onStep?: SimulationObserver['onStep'];
  /** Something happened to an agent, judged by itself: the findings at the end judge all together. */
  onFinding(finding: Finding): void;
}

/** A body that fell straight down moved sideways by less than this; walkers cover it in a third of a second. */
const SAME_COLUMN_METERS = 0.6;

/** Trees and walls on open ground wall nothing in, however many: there bodies walk out along most of its outline. */
const MOST_OPEN_SHARE = 0.5;

/** @param borderMeters length of the border that the places are spread over evenly. */
function isOutlineOpen(places: readonly BorderPlace[], borderMeters: number): boolean {
  const isExit = ({ beyond, region }: BorderPlace) => beyond === 'void' && region?.open;
  const openMeters = (places.filter(isExit).length / places.length) * borderMeters;
  const span = (axis: 0 | 2) => {
    const values = places.map(({ position }) => position[axis]);
    return values.reduce((a, b) => Math.max(a, b)) - values.reduce((a, b) => Math.min(a, b));
  };
  return places.length > 0 && openMeters > MOST_OPEN_SHARE * 2 * (span(0) + span(2));
}

/**
 * Lets the world come to rest, sends the agents in, and judges what they met.
 * @param physics the solid collider; disposed of at the end.
 */
export async function explore(
  physics: PhysicsWorld,
  context: WorldContext,
  navmesh: Navmesh,
  spawns: readonly (readonly [number, number, number])[],
  enclosure: Enclosure | undefined,
  options: ExploreOptions,
): Promise<Exploration> {
  const { colliderBvh, body } = context;
  // Grows where agents find more ground than can be walked to.
  const reachable = new Set(context.reachable);
  const voids = new VoidRegions(colliderBvh);
  const places = findBorderPlaces(navmesh, reachable, colliderBvh, voids, body);
  const isSafe = ([x, y, z]: readonly number[]) => {
    const polygon = navmesh.locate(x, y, z, 2 * body.radius, body.stepHeight + 0.3);
    return polygon >= 0 && reachable.has(navmesh.component[polygon]);
  };
  const borderMeters = navmesh.borders
    .filter(({ polygon }) => reachable.has(navmesh.component[polygon]))
    .reduce((sum, { lengthMeters }) => sum + lengthMeters, 0);
  const walls = enclosure && {
    ...enclosure,
    enclosed: enclosure.enclosed && !isOutlineOpen(places, borderMeters),
  };
  const inspections = new Inspections(places, walls?.enclosed ?? false, isSafe);
  const grid = new CoverageGrid(
    navmesh,
    navmesh.components.reduce((sum, component) => sum + component.area, 0),
  );
  for (const component of reachable) grid.addComponent(component);
  const mission = new Mission(navmesh, new YukaNavmesh(navmesh), grid, inspections, component =>
    findBorderPlaces(navmesh, new Set([component]), colliderBvh, voids, body),
  );
  const { observe } = options;
  observe?.onExploration?.({ navmesh, coverage: grid, reachable });
  // Regions of its own: what is judged at the end must not depend on what was looked at before.
  const preliminaryVoids = new VoidRegions(colliderBvh);
  return guardTraps(physics, async () => {
    const settled = settle(physics);
    const simulation = await simulate(mission, reachable, physics, colliderBvh, body, {
      agents: options.agents,
      seconds: options.simulatedSeconds,
      seed: options.seed,
      spawns,
      signal: options.signal,
      onProgress: options.onProgress,
      observe: observe && {
        pace: observe.pace,
        onFrame: (step, poses) => observe.onFrame(step, poses),
        onStep: observe.onStep,
        onFall: fall => {
          for (const finding of judgeFalls([fall], preliminaryVoids, context, walls))
            observe.onFinding(finding);
        },
        onConfinement: confinement => {
          const finding = judgeConfinement(confinement);
          if (finding) observe.onFinding(finding);
        },
      },
    });
    const area = [...reachable].reduce((sum, component) => sum + navmesh.components[component].area, 0);
    return {
      simulation,
      settled,
      reachable,
      coverage: grid.result(area),
      findings: [
        ...judgeFalls(simulation.falls, voids, context, walls),
        ...simulation.confinements.flatMap(confinement => judgeConfinement(confinement) ?? []),
      ],
    };
  });
}

/** Sorts falls by what they fell into: the outside, a hole, or a floor that did not hold. */
function judgeFalls(
  falls: readonly Fall[],
  voids: VoidRegions,
  { colliderBvh }: WorldContext,
  enclosure: Enclosure | undefined,
): Finding[] {
  const outside: Fall[] = [];
  const tunnels: Fall[] = [];
  const holes = new Map<number, Fall[]>();
  for (const fall of falls) {
    const { stood, entry, exit } = fall;
    const region = voids.regionAt(exit[0], stood[1], exit[2]) ?? voids.regionAt(...entry);
    const sideways = Math.hypot(exit[0] - stood[0], exit[2] - stood[2]);
    // Past an overhang there is floor above the place where it fell out, but beside where it stood.
    if (!region) (sideways < SAME_COLUMN_METERS ? tunnels : outside).push(fall);
    else if (region.open) outside.push(fall);
    else {
      const { id } = rimOf(region, voids.regions);
      holes.set(id, [...(holes.get(id) ?? []), fall]);
    }
  }
  const shafts = joinShafts([...holes].map(([id, list]) => ({ region: voids.regions[id], falls: list })));
  return [
    ...shafts.map(shaft => judgeHole(shaft.region, shaft.falls, colliderBvh, enclosure?.enclosed ?? false)),
    ...judgeLeaks(outside, enclosure),
    ...tunnels.map(fall => judgeTunnel([fall])),
  ];
}
