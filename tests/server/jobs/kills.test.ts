import { expect, it } from 'vitest';
import { killRun } from '../../../bench/kills/killRun.ts';
import { WISHES } from '../../../bench/kills/wishes.ts';
import { describeDatabases, makePlace } from '../db/testDatabases.ts';

/** The short form of `bench kills`: real server processes, and all that they stored compared with an undisturbed run. */
describeDatabases('servers that are killed', kind => {
  it('finish every production as if nothing had happened', async () => {
    const place = await makePlace(kind);
    const wish = WISHES[0];
    if (!wish) throw new Error('there is no wish');
    const result = await killRun({
      databaseUrl: place.options.databaseUrl,
      kills: 2,
      seed: 3,
      wishes: [{ ...wish, autopilot: 1 }],
      note: () => undefined,
    });
    expect(result).toMatchObject({
      kills: 2,
      productions: 1,
      finished: 1,
      steps: 5,
      lost: 0,
      different: 0,
      strayJobs: 0,
      strayRows: 0,
      strayMessages: 0,
      strayScratch: 0,
      orphans: 0,
    });
    expect(result.filesCompared).toBeGreaterThan(5);
    await place.remove();
  }, 600_000);
});
