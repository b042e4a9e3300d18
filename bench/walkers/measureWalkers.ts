import type { Walkers } from './walkers.ts';

export interface Contestant {
  name: string;
  walkers: Walkers;
  /** Steps of all agents in a round. */
  steps: number;
}

const WARM_UP_STEPS = 60;

/**
 * Agent-steps per second of user CPU time, the median of alternating rounds: a machine that grows busy or slow
 * slows all of them, and what waits costs nothing.
 */
export function measureWalkers(
  contestants: readonly Contestant[],
  agents: number,
  rounds: number,
  note: (line: string) => void,
): Map<string, number> {
  const rates = new Map<string, number[]>();
  for (const { walkers } of contestants) for (let i = 0; i < WARM_UP_STEPS; i++) walkers.step();
  for (let round = 0; round < rounds; round++)
    for (const { name, walkers, steps } of contestants) {
      const start = process.cpuUsage().user;
      for (let i = 0; i < steps; i++) walkers.step();
      const rate = (agents * steps * 1e6) / (process.cpuUsage().user - start);
      rates.set(name, [...(rates.get(name) ?? []), rate]);
      note(`round ${round + 1} ${name}: ${Math.round(rate)} agent-steps/s`);
    }
  return new Map([...rates].map(([name, list]) => [name, median(list)]));
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
}
