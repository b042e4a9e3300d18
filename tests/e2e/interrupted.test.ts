import type { Page } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import { describeStudio } from './describeStudio.ts';
import { createQuick, getProduction, settled } from './quickProduction.ts';

await describeStudio('a production that is interrupted', studio => {
  let id = '';
  beforeAll(async () => {
    id = await createQuick(studio.server.url);
  });

  it('loses nothing when its page is reloaded and its server killed in mid-job', async () => {
    const page = await studio.open(`/productions/${id}`);
    const working = (step: string) => page.getByRole('progressbar', { name: step }).first().waitFor();
    await working('Lifting the take into a world');
    const takes = (await getProduction(studio.server.url, id)).iterations[0].takes;
    await page.reload();
    await working('Lifting the take into a world');

    await studio.server.kill();
    const lost = page.getByText('Connection lost – reconnecting');
    await lost.waitFor();
    // What has been fetched stays to be read.
    expect(await page.getByText('rank 1', { exact: true }).isVisible()).toBe(true);
    await studio.pictures(page, 'connection-lost');
    await studio.server.restart();
    await lost.waitFor({ state: 'detached' });

    await page.getByText('Your turn.').waitFor();
    const production = await getProduction(studio.server.url, id);
    expect(production.iterations).toHaveLength(1);
    expect(production.iterations[0].takes).toEqual(takes);
    expect(production.iterations[0].tested?.runId).toMatch(/^r_/);
    expect(production.iterations[0].revised?.edits.length).toBeGreaterThan(0);
  });

  it('is paused, resumed, stopped and tried again by its buttons while it runs by itself', async () => {
    await settled(studio.server.url, id);
    const page = await studio.open(`/productions/${id}`);
    const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
    await page.getByText('Your turn.').waitFor();
    await page.getByLabel('Autopilot').fill('3');
    await press('Run');
    await page.getByText('Autopilot: iteration 2 of 4').waitFor();
    await press('Pause');
    await state(page, 'paused');
    await press('Resume');
    await state(page, 'at work');
    await page.getByText('rank 1', { exact: true }).waitFor();
    await press('Stop');
    await state(page, 'stopped');
    await page.getByText('What was finished is kept').waitFor();
    await studio.pictures(page, 'production-stopped', 'page');
    await press('Try that step again');
    await state(page, 'at work');

    // Told during the iteration that this one is the last.
    await page.getByText('Autopilot: iteration 2 of 4').waitFor();
    await press('Stop after this one');
    await page.getByRole('button', { name: 'Run', exact: true }).waitFor();
    await state(page, /your turn|done/);
    expect((await getProduction(studio.server.url, id)).iterations).toHaveLength(2);
  });
});

function state(page: Page, words: string | RegExp): Promise<void> {
  return page.locator('.production-head .state', { hasText: words }).waitFor();
}
