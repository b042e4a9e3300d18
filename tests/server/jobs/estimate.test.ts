import { expect, it } from 'vitest';
import type { JobRow } from '../../../server/db/schema.ts';
import { estimateAll } from '../../../server/jobs/estimate.ts';

type LiveJob = Parameters<typeof estimateAll>[0][number];

const job = (id: string, changes: Partial<LiveJob> = {}): LiveJob => ({
  id,
  kind: 'generate',
  state: 'queued',
  work: 10,
  fraction: 0,
  elapsedSeconds: 0,
  ...changes,
});
const running = (id: string, elapsedSeconds: number, fraction: number) =>
  job(id, { state: 'running', elapsedSeconds, fraction });
const rates = new Map([['generate', 2] as const, ['test', 1] as const]);
const ask = (live: LiveJob[], id: string, known = rates) => estimateAll(live, known)({ id } as JobRow);

it('knows nothing of a kind that was never done, until its progress tells', () => {
  expect(ask([job('a', { kind: 'lift' })], 'a')).toEqual({ queuePosition: 0, etaSeconds: null });
  expect(ask([{ ...running('a', 5, 0.01), kind: 'lift' }], 'a').etaSeconds).toBeNull();
  expect(ask([{ ...running('a', 5, 0.25), kind: 'lift' }], 'a').etaSeconds).toBe(15);
});

it('goes by earlier jobs of the kind at first, then by its own progress', () => {
  expect(ask([running('a', 5, 0)], 'a')).toEqual({ queuePosition: null, etaSeconds: 15 });
  expect(ask([running('a', 5, 0.2)], 'a').etaSeconds).toBe(15);
  expect(ask([running('a', 30, 0.5)], 'a').etaSeconds).toBe(30);
});

it('does not promise the end of a job that takes longer than those before it', () => {
  expect(ask([running('a', 40, 0)], 'a').etaSeconds).toBeNull();
  expect(ask([running('a', 40, 0.1)], 'a').etaSeconds).toBeCloseTo(360);
});

it('adds the wait: as many at the same time as run now', () => {
  const live = [running('a', 5, 0), running('b', 10, 0), job('c'), job('d', { kind: 'test' }), job('e')];
  const estimate = estimateAll(live, rates);
  const of = (id: string) => estimate({ id } as JobRow);
  // b ends at 10 and c follows it, a ends at 15 and d follows it, e follows d.
  expect(of('c')).toEqual({ queuePosition: 0, etaSeconds: 30 });
  expect(of('d')).toEqual({ queuePosition: 1, etaSeconds: 25 });
  expect(of('e')).toEqual({ queuePosition: 2, etaSeconds: 45 });
});

it('does not know when a job is done that waits behind an unknown one', () => {
  const live = [{ ...running('a', 5, 0), kind: 'lift' as const }, job('b')];
  expect(ask(live, 'b')).toEqual({ queuePosition: 0, etaSeconds: null });
});
