import { createHash } from 'node:crypto';
import { DirectorError } from '../engine/errors.ts';
import { createPhysicsWorld } from '../engine/physics/createPhysicsWorld.ts';
import { loadHavok } from '../engine/physics/nodeHavok.ts';
import { type LongOptions, subProgress, throwIfCancelled } from '../engine/progress.ts';
import { hashString } from '../engine/random.ts';
import type { LoadedWorld } from '../engine/world/loadWorld.ts';
import { CoverageGrid } from './agents/coverage.ts';
import { Inspections } from './agents/inspections.ts';
import { Mission } from './agents/mission.ts';
import { type SimulationResult, simulate } from './agents/simulate.ts';
import { chooseSpawns } from './agents/spawns.ts';
import { findBorderPlaces } from './agents/suspiciousPlaces.ts';
import { VoidRegions } from './agents/voidRegions.ts';
import { WALKER_BODY } from './body.ts';
import { detectBadGeometry } from './detectors/badGeometry.ts';
import { detectBadScale } from './detectors/badScale.ts';
import { detectBadUp, type UpAxis, type UpCandidate } from './detectors/badUp.ts';
import { type Enclosure, measureEnclosure } from './detectors/enclosure.ts';
import { type Fall, judgeHole, judgeTunnel } from './detectors/fallThrough.ts';
import { detectFloating } from './detectors/floating.ts';
import { detectInterpenetration } from './detectors/interpenetration.ts';
import { judgeLeaks } from './detectors/leak.ts';
import { judgeConfinement } from './detectors/stuck.ts';
import { detectUnreachable } from './detectors/unreachable.ts';
import { detectUnstable } from './detectors/unstable.ts';
import { makeWorldContext, middleOf, sizeOf } from './detectors/worldContext.ts';
import { TriangleBvh } from './geometry/triangleBvh.ts';
import { collectTriangles } from './geometry/worldTriangles.ts';
import { mergeFindings } from './mergeFindings.ts';
import { buildNavmeshes } from './navmesh/buildNavmesh.ts';
import { Navmesh } from './navmesh/navmesh.ts';
import { coarseJob, fineJob } from './navmesh/navmeshJobs.ts';
import { YukaNavmesh } from './navmesh/yukaNavmesh.ts';
import type { Finding, TestRun, Violation } from './types.ts';

export interface TestOptions extends LongOptions {
  /** Bodies in the world at once, 1 to 256; default 16. */
  agents?: number;
  /** Simulated time at most; the run ends earlier once nothing new is found. Default 120. */
  simulatedSeconds?: number;
  /** Default 1. */
  seed?: number;
}

/** A body that fell straight down moved sideways by less than this; walkers cover it in a fifth of a second. */
const SAME_COLUMN_METERS = 0.6;

const UP_AXES: readonly UpAxis[] = ['+Y', '+Z', '-Z', '+X', '-X', '-Y'];

/**
 * Tests one world by agents: builds its navmesh, looks at its geometry, lets agents walk it, and tells what is
 * wrong, each finding with place, evidence and what replays it.
 * @throws USAGE for options out of range; NAVMESH_FAILED; WORLD_INVALID and WORLD_TOO_LARGE from physics; CANCELLED.
 */
export async function runTest(world: LoadedWorld, options: TestOptions = {}): Promise<TestRun> {
  const { agents = 16, simulatedSeconds = 120, seed = 1 } = options;
  if (!Number.isInteger(agents) || agents < 1 || agents > 256)
    throw new DirectorError('USAGE', `A test takes 1 to 256 agents, not ${agents}.`);
  if (!(simulatedSeconds > 0 && simulatedSeconds <= 36_000))
    throw new DirectorError('USAGE', `A test takes up to 36000 simulated seconds, not ${simulatedSeconds}.`);
  const startedAt = performance.now();
  const body = WALKER_BODY;
  options.onProgress?.({ stage: 'navmesh', fraction: 0, message: 'Building the navmesh' });

  const colliderTriangles = collectTriangles(world.collider);
  if (colliderTriangles.areas.length === 0)
    throw new DirectorError('WORLD_EMPTY', `${world.path} has no triangles to walk on.`);
  const [fine, ...turned] = await buildNavmeshes(
    [fineJob(colliderTriangles, body), ...UP_AXES.map(axis => coarseJob(colliderTriangles, body, axis))],
    { signal: options.signal },
  );
  const navmesh = fine && new Navmesh(fine);
  const candidates = turned.map((polygons, i) => measureUp(UP_AXES[i], polygons && new Navmesh(polygons)));

  options.onProgress?.({ stage: 'geometry', fraction: 0.1, message: 'Looking at the geometry' });
  const colliderBvh = new TriangleBvh(colliderTriangles);
  const spawns = navmesh ? chooseSpawns(navmesh, world.manifest) : [];
  const reachable = new Set<number>();
  for (const [x, y, z] of spawns) {
    const polygon = navmesh?.locate(x, y, z, 1, 1) ?? -1;
    if (navmesh && polygon >= 0) reachable.add(navmesh.component[polygon]);
  }
  const context = makeWorldContext(world.visual, colliderBvh, navmesh, reachable, body);
  const enclosure = measureEnclosure(context);
  throwIfCancelled(options.signal);
  const wholeWorld = detectBadUp(context, candidates);
  if (wholeWorld.length === 0) wholeWorld.push(...detectBadScale(context, enclosure));
  const still: Finding[] = [];
  // A world on its side or in the wrong units breaks every other rule too: one defect, one finding.
  const wholeWorldWrong = wholeWorld.length > 0;
  if (!wholeWorldWrong) {
    for (const detect of [detectBadGeometry, detectFloating, detectInterpenetration, detectUnstable]) {
      still.push(...detect(context));
      throwIfCancelled(options.signal);
    }
  }

  let moved: Finding[] = [];
  let simulation: SimulationResult = { steps: 0, agentSteps: 0, falls: [], confinements: [], pathHash: '' };
  let coverage: TestRun['coverage'] = { reachableArea: 0, enteredArea: 0, ratio: 0 };
  if (navmesh && spawns.length > 0) {
    const voids = new VoidRegions(colliderBvh);
    const places = findBorderPlaces(navmesh, reachable, colliderBvh, voids, body);
    const isSafe = ([x, y, z]: readonly number[]) => {
      const polygon = navmesh.locate(x, y, z, 2 * body.radius, body.stepHeight + 0.3);
      return polygon >= 0 && reachable.has(navmesh.component[polygon]);
    };
    const inspections = new Inspections(places, enclosure?.enclosed ?? false, isSafe);
    const grid = new CoverageGrid(
      navmesh,
      navmesh.components.reduce((sum, component) => sum + component.area, 0),
    );
    for (const component of reachable) grid.addComponent(component);
    const mission = new Mission(navmesh, new YukaNavmesh(navmesh), grid, inspections);
    const physics = createPhysicsWorld(world.collider, { havok: await loadHavok() });
    try {
      simulation = await simulate(mission, reachable, physics, colliderBvh, body, {
        agents,
        seconds: simulatedSeconds,
        seed,
        spawns,
        ...subProgress(options, 0.2, 0.95),
      });
    } finally {
      physics.dispose();
    }
    if (!wholeWorldWrong)
      moved = [
        ...judgeFalls(simulation.falls, voids, colliderBvh, enclosure),
        ...simulation.confinements.flatMap(confinement => judgeConfinement(confinement) ?? []),
        ...detectUnreachable(context),
      ];
    const area = [...reachable].reduce((sum, component) => sum + navmesh.components[component].area, 0);
    coverage = grid.result(area);
  } else if (!wholeWorldWrong && !still.some(finding => finding.type === 'bad-geometry'))
    moved = [
      {
        type: 'unreachable',
        severity: 'error',
        confidence: 0.8,
        position: middleOf(colliderTriangles),
        extent: sizeOf(colliderTriangles),
        message: 'No place in this world can be walked: there is no floor that a body fits on.',
        evidence: {
          triangles: colliderTriangles.areas.length,
          bodyRadiusMeters: body.radius,
          bodyHeightMeters: body.height,
        },
      },
    ];

  const simulated = simulation.steps / 60;
  const violations = mergeFindings([...wholeWorld, ...still, ...moved]).map(
    (finding): Violation => toViolation(finding, { seed, agents, simulatedSeconds }),
  );
  const stateHash = createHash('sha256')
    .update(
      JSON.stringify({
        world: world.sha256,
        agents,
        seed,
        simulated,
        path: simulation.pathHash,
        coverage,
        violations,
      }),
    )
    .digest('hex');
  options.onProgress?.({ stage: 'done', fraction: 1, message: `${violations.length} violations` });
  return {
    world: world.path,
    seed,
    agents,
    simulatedSeconds: simulated,
    wallSeconds: Math.round(performance.now() - startedAt) / 1000,
    agentSteps: simulation.agentSteps,
    coverage,
    violations,
    stateHash,
  };
}

function measureUp(axis: UpAxis, navmesh: Navmesh | undefined): UpCandidate {
  const areas = navmesh?.components.map(component => component.area) ?? [];
  return { axis, largestArea: Math.max(0, ...areas), totalArea: areas.reduce((sum, area) => sum + area, 0) };
}

/** Sorts falls by what they fell into: the outside, a hole, or a floor that did not hold. */
function judgeFalls(
  falls: readonly Fall[],
  voids: VoidRegions,
  bvh: TriangleBvh,
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
    else holes.set(region.id, [...(holes.get(region.id) ?? []), fall]);
  }
  return [
    ...[...holes].map(([id, list]) => judgeHole(voids.regions[id], list, bvh, enclosure?.enclosed ?? false)),
    ...judgeLeaks(outside, enclosure),
    ...tunnels.map(fall => judgeTunnel([fall])),
  ];
}

function toViolation(
  { witness, ...finding }: Finding,
  run: { seed: number; agents: number; simulatedSeconds: number },
): Violation {
  const position = finding.position.map(round) as [number, number, number];
  const key = `${finding.type}/${finding.object ?? ''}/${position.map(value => value.toFixed(1)).join('/')}`;
  return {
    id: `${finding.type}-${hashString(key).toString(16).padStart(8, '0')}`,
    ...finding,
    position,
    ...(finding.extent && { extent: finding.extent.map(round) as [number, number, number] }),
    ...(witness && { time: round(witness.step / 60), agent: witness.agent }),
    replay: { ...run, ...(witness && { agent: witness.agent, step: witness.step, spawn: witness.spawn }) },
  };
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
