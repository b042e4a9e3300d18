import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { loadWorld } from '../engine/world/loadWorld.ts';
import { type Bench, type BenchFigure, fixturesFolder } from './bench.ts';
import { exploreWorld, worldOfModel } from './exploreWorld.ts';
import { babylonWalkers } from './walkers/babylonWalkers.ts';
import { detourWalkers } from './walkers/detourWalkers.ts';
import { joltWalkers } from './walkers/joltWalkers.ts';
import { type Contestant, measureWalkers, median } from './walkers/measureWalkers.ts';
import { ourWalkers } from './walkers/ourWalkers.ts';
import { rapierWalkers } from './walkers/rapierWalkers.ts';
import { ROOMS_CELLS, roomsWorld } from './walkers/roomsWorld.ts';

const AGENTS = 64;
const ROUNDS = 5;
/** Whole runs of the 95k-triangle world, between the rounds of the peers. */
const SIM_RUNS = 3;
/** The agents' steps against Babylon's controller, which walks alone. */
const LEAST_RATIO = 6;
const CONTROLLER = 'Babylon PhysicsCharacterController';

const PEERS = [
  { name: 'walkers alone', make: ourWalkers(), steps: 240, install: '' },
  { name: 'walkers alone, through embind', make: ourWalkers(true), steps: 120, install: '' },
  { name: CONTROLLER, make: babylonWalkers, steps: 40, install: '' },
  {
    name: 'Rapier KinematicCharacterController',
    make: rapierWalkers,
    steps: 15,
    install: '@dimforge/rapier3d-compat@0.21.0',
  },
  { name: 'Jolt CharacterVirtual', make: joltWalkers, steps: 60, install: 'jolt-physics@1.1.0' },
  { name: 'Detour crowd', make: detourWalkers, steps: 240, install: '' },
];

/** 95k triangles, 64 agents: whole tests with all detectors beside peers that only walk. */
async function measureSteps(note: (line: string) => void): Promise<BenchFigure[]> {
  const model = roomsWorld(ROOMS_CELLS, 1);
  const contestants: Contestant[] = [];
  const figures: BenchFigure[] = [];
  for (const { name, make, steps, install } of PEERS) {
    const walkers = await make(model, AGENTS);
    if (walkers) contestants.push({ name, walkers, steps });
    else figures.push({ name, value: 'not installed', unit: `npm install --no-save ${install}` });
  }
  const simRates: number[] = [];
  const controllerRates: number[] = [];
  let rates = new Map<string, number>();
  for (let i = 0; i < SIM_RUNS; i++) {
    rates = measureWalkers(contestants, AGENTS, ROUNDS, () => undefined);
    controllerRates.push(rates.get(CONTROLLER) ?? 0);
    const { run, agentsCpuSeconds } = await exploreWorld(worldOfModel('rooms', model), {
      agents: AGENTS,
      simulatedSeconds: 120,
      seed: 1,
    });
    simRates.push(run.agentSteps / agentsCpuSeconds);
    note(`run ${i + 1}: ${Math.round(simRates.at(-1) ?? 0)} agent-steps/s, ${run.agentSteps} steps`);
  }
  for (const { walkers } of contestants) walkers.dispose?.();
  const sim = median(simRates);
  const controller = median(controllerRates);
  return [
    { name: 'agents with all detectors', value: Math.round(sim), unit: 'agent-steps/s' },
    ...[...rates].map(([name, rate]) => ({ name, value: Math.round(rate), unit: 'agent-steps/s' })),
    ...figures,
    {
      name: 'agents with all detectors / PhysicsCharacterController alone',
      value: (sim / controller).toFixed(2),
      unit: '×',
      target: `≥ ${LEAST_RATIO}`,
      met: sim / controller >= LEAST_RATIO,
    },
  ];
}

/** Generated worlds of 50 × 50 m: rooms of 10 m and of 5 m with doors. */
async function measureArea(): Promise<BenchFigure[]> {
  const figures: BenchFigure[] = [];
  for (const roomMeters of [10, 5])
    for (const seed of [1, 2]) {
      const model = roomsWorld(100, seed, { sideMeters: 50, roomMeters });
      const { exploredSeconds, exploredSquareMeters, run } = await exploreWorld(
        worldOfModel(`50 × 50 m, rooms of ${roomMeters} m, seed ${seed}`, model),
        { agents: 16, simulatedSeconds: 240, seed: 1 },
      );
      const rate = exploredSeconds === undefined ? 0 : exploredSquareMeters / exploredSeconds;
      figures.push({
        name: `${run.world}: reachable area entered until 99 %`,
        value: Math.round(rate),
        unit: `m²/s of ${run.coverage.reachableArea.toFixed(0)} m², ${(100 * run.coverage.ratio).toFixed(1)} % in the end`,
        target: '≥ 625',
        met: rate >= 625,
      });
    }
  return figures;
}

/** Worlds the size of a house and more, tested whole. */
async function measureWholeRuns(
  paths: readonly string[],
  note: (line: string) => void,
): Promise<BenchFigure[]> {
  const figures: BenchFigure[] = [];
  for (const path of paths) {
    if (!existsSync(path)) {
      note(`${path} is not there: skipped`);
      continue;
    }
    const world = await loadWorld(path, { decodeImages: false });
    const { run } = await exploreWorld(world, { agents: 16, simulatedSeconds: 120, seed: 1 });
    const name = path.split('/').at(-1) ?? path;
    figures.push({
      name: `${name}: whole test after load, 16 agents, 120 s`,
      value: run.wallSeconds,
      unit: `s; ${(100 * run.coverage.ratio).toFixed(1)} % of ${run.coverage.reachableArea.toFixed(0)} m², ${run.violations.length} violations`,
      target: '≤ 2',
      met: run.wallSeconds <= 2,
    });
  }
  return figures;
}

async function measureLargeWorld(): Promise<BenchFigure[]> {
  const model = roomsWorld(499, 1);
  const { setupSeconds } = await exploreWorld(worldOfModel('large', model), {
    agents: AGENTS,
    simulatedSeconds: 1,
    seed: 1,
  });
  return [
    {
      name: '500k triangles: from the model to the first step',
      value: setupSeconds.toFixed(2),
      unit: 's',
      target: '≤ 3',
      met: setupSeconds <= 3,
    },
  ];
}

const WORLDS = ['w-hometheater/home-theater.glb', 'w-garage/garage.glb', 'w-camp/camp.glb'];

/** Rates of steps are per second of user CPU time, everything else wall time: run it on an idle machine. */
export const bench: Bench = {
  summary:
    'tests by agents: agent-steps/s with all detectors beside peers, explored m²/s, whole runs; arguments: world paths instead of the fixtures, or steps | area | worlds | large for one part',
  async run(args, note) {
    const parts = args.filter(arg => ['steps', 'area', 'worlds', 'large'].includes(arg));
    const given = args.filter(arg => !parts.includes(arg));
    const paths = given.length > 0 ? given : WORLDS.map(world => join(fixturesFolder(), 'worlds', world));
    const wants = (part: string) => parts.length === 0 || parts.includes(part);
    return [
      ...(wants('steps') ? await measureSteps(note) : []),
      ...(wants('area') ? await measureArea() : []),
      ...(wants('worlds') ? await measureWholeRuns(paths, note) : []),
      ...(wants('large') ? await measureLargeWorld() : []),
    ];
  },
};
