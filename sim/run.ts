import { createHash } from 'node:crypto';
import { DirectorError } from '../engine/errors.ts';
import { createPhysicsWorld, type PhysicsWorld } from '../engine/physics/createPhysicsWorld.ts';
import { loadHavok } from '../engine/physics/nodeHavok.ts';
import { type LongOptions, subProgress, throwIfCancelled } from '../engine/progress.ts';
import { hashString } from '../engine/random.ts';
import type { LoadedWorld } from '../engine/world/loadWorld.ts';
import type { WorldModel } from '../engine/world/worldModel.ts';
import { chooseSpawns } from './agents/spawns.ts';
import { type Body, SMALLER_SCALES, walkerBody } from './body.ts';
import { detectBadGeometry } from './detectors/badGeometry.ts';
import { detectBadScale, detectSmallWorld } from './detectors/badScale.ts';
import { detectBadUp, mayHaveAnotherUp, type UpAxis, type UpCandidate } from './detectors/badUp.ts';
import { withoutBeyondGhosts } from './detectors/beyondGhost.ts';
import { detectBlockedPassages } from './detectors/blockedPassage.ts';
import { isBehind } from './detectors/cutOff.ts';
import { measureEnclosure } from './detectors/enclosure.ts';
import { detectDropped, detectFloating } from './detectors/floating.ts';
import { detectGhostSurface } from './detectors/ghostSurface.ts';
import { detectInterpenetration } from './detectors/interpenetration.ts';
import { detectInvisibleWall } from './detectors/invisibleWall.ts';
import { detectUnreachable, nothingWalkable } from './detectors/unreachable.ts';
import { detectUnstable } from './detectors/unstable.ts';
import { makeWorldContext, type WorldContext } from './detectors/worldContext.ts';
import { type Exploration, explore } from './explore.ts';
import { TriangleBvh } from './geometry/triangleBvh.ts';
import { collectTriangles, type WorldTriangles } from './geometry/worldTriangles.ts';
import { UP_AXES } from './mendWorld.ts';
import { mergeFindings } from './mergeFindings.ts';
import { buildNavmeshes } from './navmesh/buildNavmesh.ts';
import { Navmesh } from './navmesh/navmesh.ts';
import { coarseJob, fineJob } from './navmesh/navmeshJobs.ts';
import { PreliminaryFindings } from './observe/preliminaryFindings.ts';
import type { RunObserver } from './observe/runObserver.ts';
import type { Finding, TestRun, Violation, ViolationType } from './types.ts';

export interface TestOptions extends LongOptions {
  /** Bodies in the world at once, 1 to 256; default 16. */
  agents?: number;
  /** Simulated time at most; the run ends earlier once nothing new is found. Default 120. */
  simulatedSeconds?: number;
  /** Default 1. */
  seed?: number;
  /** Looks on; the run is the same without. */
  observe?: RunObserver | undefined;
}

/** What these findings say explains a way that is blocked at the same place. */
const BLOCKING: ReadonlySet<ViolationType> = new Set(['invisible-wall', 'fall-through', 'stuck']);

/**
 * Tests one world by agents: builds its navmesh, looks at its geometry, lets agents walk it, and tells what is
 * wrong, each finding with place, evidence and what replays it.
 * @throws USAGE for options out of range; NAVMESH_FAILED; WORLD_INVALID and WORLD_TOO_LARGE from physics; CANCELLED.
 */
export async function runTest(world: LoadedWorld, options: TestOptions = {}): Promise<TestRun> {
  const { agents = 16, simulatedSeconds = 120, seed = 1, observe } = options;
  if (!Number.isInteger(agents) || agents < 1 || agents > 256)
    throw new DirectorError('USAGE', `A test takes 1 to 256 agents, not ${agents}.`);
  if (!(simulatedSeconds > 0 && simulatedSeconds <= 36_000))
    throw new DirectorError('USAGE', `A test takes up to 36000 simulated seconds, not ${simulatedSeconds}.`);
  const startedAt = performance.now();
  const grown = walkerBody(1);
  options.onProgress?.({ stage: 'navmesh', fraction: 0, message: 'Building the navmesh' });

  const colliderTriangles = collectTriangles(world.collider);
  if (colliderTriangles.areas.length === 0)
    throw new DirectorError('WORLD_EMPTY', `${world.path} has no triangles to walk on.`);
  const building = buildNavmeshes([fineJob(colliderTriangles, grown)], { signal: options.signal });
  // Its thread has the jobs now; meanwhile this one has work of its own.
  building.catch(() => undefined);
  const solid = makeSolid(world.collider, options.signal);
  const colliderBvh = new TriangleBvh(colliderTriangles);
  // Why it cannot be made solid is told where agents would go in.
  await solid.catch(() => undefined);
  const [polygons] = await building;
  const fine = polygons && new Navmesh(polygons);
  const { navmesh, body } = await fitBody(colliderTriangles, fine, grown, options.signal);
  observe?.onBegin({ agents, seed, bodyHeightMeters: body.height, bodyRadiusMeters: body.radius });

  options.onProgress?.({ stage: 'geometry', fraction: 0.1, message: 'Looking at the geometry' });
  const { places: spawns, islands } = navmesh
    ? chooseSpawns(
        navmesh,
        world.manifest,
        body.stepHeight,
        component =>
          !measureEnclosure({ bvh: colliderBvh, body, navmesh, reachable: new Set([component]) })?.enclosed,
      )
    : { places: [], islands: new Set<number>() };
  const reachable = new Set<number>();
  for (const [x, y, z] of spawns) {
    const polygon = navmesh?.locate(x, y, z, 1, 1) ?? -1;
    if (navmesh && polygon >= 0) reachable.add(navmesh.component[polygon]);
  }
  const context = makeWorldContext(world, colliderBvh, navmesh, reachable, body);
  const enclosure = measureEnclosure(context);
  throwIfCancelled(options.signal);

  const ofWorld = await findBadUp(context, grown, fine, options.signal);
  if (ofWorld.length === 0) ofWorld.push(...detectBadScale(context, enclosure));
  // A world on its side or in the wrong units breaks every other rule too: one defect, one finding.
  const findings: Finding[] = [...ofWorld];
  const detect = (detector: () => Finding[]) => {
    if (ofWorld.length > 0) return;
    throwIfCancelled(options.signal);
    findings.push(...detector());
  };
  // Triangles take seconds to judge in a large world: where a person can walk, agents need not wait for it.
  const judgesTrianglesLast =
    navmesh !== undefined && spawns.length > 0 && body.scale === 1 && ofWorld.length === 0;
  if (!judgesTrianglesLast) detect(() => detectBadGeometry(context));
  // Where the floor faces down, only the furniture is ground: a body small enough to walk there tells nothing.
  const hasNoFloor = body.scale < 1 && findings.some(isFlippedFloor);
  if (!hasNoFloor) detect(() => detectSmallWorld(context));
  detect(() => detectFloating(context));
  detect(() => detectInterpenetration(context));
  // A lifted world says itself where what is known of it ends: that needs no finding.
  const declared = new Set(world.manifest?.inferred.map(({ node }) => node));
  detect(() =>
    detectInvisibleWall(context).filter(
      ({ severity, object }) => severity !== 'info' || object === undefined || !declared.has(object),
    ),
  );
  const violationsOf = (list: readonly Finding[]) =>
    list.map((finding): Violation => toViolation(finding, { seed, agents, simulatedSeconds }));
  if (observe && findings.length > 0) observe.onViolations(violationsOf(mergeFindings(findings)), false);
  const preliminary = new PreliminaryFindings(findings);

  let exploration: Exploration | undefined;
  // What agents would meet there is not reported: nobody needs to walk a world that is a hundred times too large.
  if (navmesh && spawns.length > 0 && ofWorld.length === 0 && !hasNoFloor) {
    exploration = await explore(await solid, context, navmesh, spawns, enclosure, {
      agents,
      simulatedSeconds,
      seed,
      observe: observe && {
        pace: observe.pace,
        onExploration: view => observe.onExploration?.(view),
        onFrame: (step, poses) => observe.onFrame(step, poses),
        onFinding: finding => {
          if (ofWorld.length === 0 && preliminary.isNew(finding))
            observe.onViolations(violationsOf([finding]), false);
        },
      },
      ...subProgress(options, 0.2, 0.95),
    });
    const met = exploration.findings;
    detect(() => met);
    const walked = { ...context, reachable: exploration.reachable };
    const passages =
      ofWorld.length > 0
        ? []
        : await detectBlockedPassages(
            // That agents came into the world on an island too opens no way to it.
            { ...walked, reachable: new Set([...walked.reachable].filter(each => !islands.has(each))) },
            world.collider,
            enclosure?.enclosed ?? false,
            options.signal,
          );
    // A pit or a wall that is not seen blocks a way too, and floor that faces down is none to the navmesh: one defect.
    const others = findings.filter(({ type }) => BLOCKING.has(type));
    const geometry = judgesTrianglesLast ? detectBadGeometry(context) : [];
    const pitfalls = [
      ...met.filter(({ type }) => type === 'fall-through' || type === 'stuck'),
      ...[...findings, ...geometry].filter(isFlippedFloor),
    ];
    detect(() =>
      passages
        .filter(({ component }) => !pitfalls.some(pitfall => isBehind(pitfall, navmesh, component)))
        .map(({ finding }) => finding)
        .filter(finding => !others.some(other => doTouch(other, finding))),
    );
    detect(() => detectUnreachable(walked, pitfalls, new Set(passages.map(({ component }) => component))));
    const ghosts = ofWorld.length > 0 ? [] : detectGhostSurface(context, met);
    if (ghosts.length > 0) {
      const own = await withoutBeyondGhosts(findings, passages, context, world.manifest, options.signal);
      findings.splice(0, findings.length, ...own);
    }
    detect(() => ghosts);
    detect(() => geometry);
  } else if (!findings.some(finding => finding.type === 'bad-geometry'))
    detect(() => nothingWalkable(context));
  const settled = exploration?.settled;
  if (settled) detect(() => detectDropped(context, settled, findings));
  detect(() => detectUnstable(context, settled));

  const coverage = exploration?.coverage ?? {
    reachableArea: navmesh ? sum([...reachable].map(component => navmesh.components[component].area)) : 0,
    enteredArea: 0,
    ratio: 0,
  };
  const simulated = (exploration?.simulation.steps ?? 0) / 60;
  const violations = violationsOf(mergeFindings(findings));
  observe?.onViolations(violations, true);
  const stateHash = createHash('sha256')
    .update(
      JSON.stringify({
        world: world.sha256,
        ...(world.mend && { mend: world.mend }),
        agents,
        seed,
        simulated,
        path: exploration?.simulation.pathHash,
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
    agentSteps: exploration?.simulation.agentSteps ?? 0,
    coverage,
    violations,
    stateHash,
    worldSha256: world.sha256,
    ...(world.mend && { mend: world.mend }),
    checkpoints: exploration?.simulation.checkpoints.join(' ') ?? '',
  };
}

/**
 * In a Havok instance of its own, which goes with its last reference where no agents go in: the broken worlds pay for that,
 * and all others have it made while Recast works.
 */
async function makeSolid(collider: WorldModel, signal: AbortSignal | undefined): Promise<PhysicsWorld> {
  const havok = await loadHavok();
  throwIfCancelled(signal);
  return createPhysicsWorld(collider, { havok });
}

async function findBadUp(
  context: WorldContext,
  grown: Body,
  fine: Navmesh | undefined,
  signal: AbortSignal | undefined,
): Promise<Finding[]> {
  if (!mayHaveAnotherUp(context, measureUp('+Y', fine).largestArea)) return [];
  const jobs = UP_AXES.map(axis => coarseJob(context.colliderBvh.triangles, grown, axis));
  const turned = await buildNavmeshes(jobs, { signal });
  return detectBadUp(
    context,
    turned.map((polygons, i) => measureUp(UP_AXES[i], polygons && new Navmesh(polygons))),
  );
}

/** The grown body where it has room to walk, else the largest smaller one that has. */
async function fitBody(
  triangles: WorldTriangles,
  navmesh: Navmesh | undefined,
  grown: Body,
  signal: AbortSignal | undefined,
): Promise<{ navmesh: Navmesh | undefined; body: Body }> {
  if (hasRoom(navmesh, grown)) return { navmesh, body: grown };
  const bodies = SMALLER_SCALES.map(walkerBody);
  const built = await buildNavmeshes(
    bodies.map(body => fineJob(triangles, body)),
    { signal },
  );
  for (const [i, polygons] of built.entries()) {
    const smaller = polygons && new Navmesh(polygons);
    if (hasRoom(smaller, bodies[i])) return { navmesh: smaller, body: bodies[i] };
  }
  return { navmesh, body: grown };
}

/** A body needs a floor of five times its own footprint to go anywhere: a closet of 2.1 × 2.1 m for a person. */
function hasRoom(navmesh: Navmesh | undefined, body: Body): boolean {
  const largest = Math.max(0, ...(navmesh?.components.map(component => component.area) ?? []));
  return largest >= 5 * Math.PI * body.radius ** 2;
}

function measureUp(axis: UpAxis, navmesh: Navmesh | undefined): UpCandidate {
  const areas = navmesh?.components.map(component => component.area) ?? [];
  return { axis, largestArea: Math.max(0, ...areas), totalArea: sum(areas) };
}

function isFlippedFloor({ type, evidence }: Finding): boolean {
  return type === 'bad-geometry' && evidence['kind'] === 'flipped-floor';
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

/**
 * Whether what blocks a way lies where the way is blocked: within half a metre, as far as a wall is thick and a body is
 * wide; within two of a hole or a pit, which keeps bodies a radius from its rim on every side.
 */
function doTouch(a: Finding, b: Finding): boolean {
  const margin = a.type === 'invisible-wall' ? 0.5 : 2;
  return a.position.every(
    (value, axis) =>
      Math.abs(value - b.position[axis]) <= ((a.extent?.[axis] ?? 0) + (b.extent?.[axis] ?? 0)) / 2 + margin,
  );
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
