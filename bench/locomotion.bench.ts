import type { Bench } from './bench.ts';
import { babylonWalkers } from './walkers/babylonWalkers.ts';
import { measureWalkers } from './walkers/measureWalkers.ts';
import { ourWalkers } from './walkers/ourWalkers.ts';
import { ROOMS_CELLS, roomsWorld } from './walkers/roomsWorld.ts';
import type { Walkers } from './walkers/walkers.ts';

const AGENTS = 64;
const ROUNDS = 7;
/** One core's target from the project's promise of many agents in real time: 3000 agents at 60 Hz. */
const TARGET = 180_000;

export const bench: Bench = {
  summary: `Agent-steps per second on one core: ${AGENTS} walkers among rooms, beside Babylon's PhysicsCharacterController`,
  async run(args, note) {
    const world = roomsWorld(Number(args[0] ?? ROOMS_CELLS), 1);
    const triangles = world.nodes.reduce(
      (sum, node) => sum + node.parts.reduce((n, part) => n + part.indices.length / 3, 0),
      0,
    );
    note(`${triangles} triangles, ${AGENTS} agents, ${ROUNDS} alternating rounds, user-CPU time`);
    const rates = measureWalkers(
      [
        { name: 'walker', walkers: (await ourWalkers()(world, AGENTS)) as Walkers, steps: 240 },
        {
          name: 'walker through embind',
          walkers: (await ourWalkers(true)(world, AGENTS)) as Walkers,
          steps: 120,
        },
        {
          name: 'PhysicsCharacterController',
          walkers: (await babylonWalkers(world, AGENTS)) as Walkers,
          steps: 40,
        },
      ],
      AGENTS,
      ROUNDS,
      note,
    );
    const walker = rates.get('walker') ?? 0;
    const controller = rates.get('PhysicsCharacterController') ?? 0;
    return [
      ...[...rates].map(([name, rate]) => ({
        name,
        value: Math.round(rate),
        unit: 'agent-steps/s',
        ...(name === 'walker' && { target: `≥ ${TARGET}`, met: rate >= TARGET }),
      })),
      { name: 'ratio', value: Math.round((walker / controller) * 100) / 100, unit: '×' },
    ];
  },
};
