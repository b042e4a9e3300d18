import { describe, expect, it } from 'vitest';
import { JobThread } from '../../../engine/thread/jobThread.ts';

const MODULE = new URL('./jobs.worker.ts', import.meta.url);

interface Job {
  act: 'count' | 'fail' | 'die' | 'linger';
}

function thread(jobsPerThread = 100) {
  return new JobThread<Job, number>(MODULE, jobsPerThread, ({ code }) => code === 'PHYSICS_TRAPPED');
}

describe('a thread for job after job', () => {
  it('keeps what it has loaded, and is replaced after so many jobs', async () => {
    const jobs = thread(2);
    const counts = [];
    for (let i = 0; i < 5; i++) counts.push(await jobs.run({ act: 'count' }, {}));
    await jobs.end();
    expect(counts).toEqual([1, 2, 1, 2, 1]);
  });

  it('waits for its first job where it was started before there was one', async () => {
    const jobs = thread(1);
    jobs.warm();
    jobs.warm();
    const counts = [await jobs.run({ act: 'count' }, {}), await jobs.run({ act: 'count' }, {})];
    await jobs.end();
    expect(counts).toEqual([1, 1]);
  });

  it('goes on afresh after a job that broke it, with the reason', async () => {
    const jobs = thread();
    expect(await jobs.run({ act: 'count' }, {})).toBe(1);
    await expect(jobs.run({ act: 'fail' }, {})).rejects.toMatchObject({ code: 'PHYSICS_TRAPPED' });
    expect(await jobs.run({ act: 'count' }, {})).toBe(1);
    await expect(jobs.run({ act: 'die' }, {})).rejects.toMatchObject({ code: 'INTERNAL' });
    expect(await jobs.run({ act: 'count' }, {})).toBe(1);
    await jobs.end();
  });

  it('is stopped from outside where the job does not stop', async () => {
    const jobs = thread();
    const cancel = new AbortController();
    const work = jobs.run({ act: 'linger' }, { signal: cancel.signal, onProgress: () => cancel.abort() });
    await expect(work).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(await jobs.run({ act: 'count' }, {})).toBe(1);
    await jobs.end();
  });
});
