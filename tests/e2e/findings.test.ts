import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { writeGlb } from '../../engine/world/writeGlb.ts';
import { box, model, node, room } from '../sim/handMadeWorlds.ts';
import { chooseFile } from './bringFile.ts';
import { describeStudio } from './describeStudio.ts';
import { viewState, viewUntil, walkable } from './viewState.ts';
import { FRAME_STEPS, runOf, STEPS_PER_SECOND, shownStep, stepUntil } from './watching.ts';

/** Polling's own is a second: too short for what is drawn in software. */
const PATIENCE = { timeout: 60_000 };
const HOLE = { x: 1, z: -1, side: 1.2 };

/** A room with a hole to fall through, and a box that hangs in the air. */
async function faultyRoom(side: number) {
  const nodes = [
    ...room({ width: side, depth: side, hole: HOLE }),
    node('lamp without a cord', [box([-2.2, 1.2, 1.2], [-1.8, 1.6, 1.6])]),
  ];
  const buffer = Buffer.from(await writeGlb(model(...nodes)));
  return { name: 'faulty-room.glb', mimeType: 'model/gltf-binary', buffer };
}

await describeStudio('what agents find', studio => {
  it('is pinned where it was found; a pin leads there and to its replay', async () => {
    const page = await studio.open('/', { reducedMotion: 'no-preference' });
    await chooseFile(page, await faultyRoom(6));
    await page.getByRole('button', { name: 'Send 16 agents in' }).click();
    await page.waitForURL('**/worlds/w_*');
    await walkable(page);
    const list = page.locator('.violation-list');
    await list.getByText('floating', { exact: true }).waitFor();
    await studio.pictures(page, 'world');

    const fall = list.getByRole('button', { name: /fall through.*agent \d+/ }).first();
    await fall.click();
    await viewUntil(page, ({ eye }) => Math.hypot(eye[0] - HOLE.x, eye[2] - HOLE.z) < 5);
    const replay = page.getByRole('region', { name: /^Replay of agent/ });
    const at = async () => Number(await replay.getByRole('slider').inputValue());
    const before = await at();
    await expect.poll(at, PATIENCE).not.toBe(before);
    await replay.getByRole('button', { name: 'Pause the replay' }).click();
    await replay.getByRole('slider').press('Home');
    const first = await at();
    await replay.getByRole('button', { name: 'One frame on' }).click();
    await expect.poll(at, PATIENCE).toBeCloseTo(first + FRAME_STEPS / STEPS_PER_SECOND, 2);
    await replay.getByRole('button', { name: 'Look from behind the agent' }).click();
    await viewUntil(page, ({ mode }) => mode === 'follow');
    await studio.pictures(page, 'world-replay');

    const selected = () => new URL(page.url()).searchParams.get('violation') ?? '';
    const fallId = selected();
    expect(fallId).toMatch(/^fall-through/);
    await page.getByRole('application').press('KeyN');
    await expect.poll(selected, PATIENCE).not.toBe(fallId);

    await fall.click();
    await page.getByRole('link', { name: 'Replay it with all agents' }).click();
    await page.waitForURL('**/watch/r_*');
    const violation = (await runOf(page)).result?.violations.find(({ id }) => id === fallId);
    const moment = (violation?.time ?? Number.NaN) * STEPS_PER_SECOND;
    // It begins some seconds before the moment, and comes to it.
    await stepUntil(page, step => step > moment - 10 * STEPS_PER_SECOND);
    expect(await shownStep(page)).toBeLessThan(moment);
    await stepUntil(page, step => step >= moment);
    // What moves is drawn again and again by the processor, and large while it is pictured.
    await page.getByRole('button', { name: 'Pause', exact: true }).click();
    await studio.pictures(page, 'watch-recorded');
  });

  it('is seen alike by two spectators, by one who comes late, and by one who is sent a link', async () => {
    const first = await studio.open('/');
    // Large enough that a run is not over before both are there.
    await chooseFile(first, await faultyRoom(12));
    await first.getByRole('button', { name: 'Only walk in it' }).click();
    await first.waitForURL('**/worlds/w_*');
    await first.getByLabel('Agents', { exact: true }).fill('6');
    await first.getByLabel('Seconds at most').fill('18');
    await first.getByRole('button', { name: 'Send agents in' }).click();
    await first.waitForURL('**/watch/r_*');
    await stepUntil(first, step => step > STEPS_PER_SECOND);

    const second = await studio.open(new URL(first.url()).pathname);
    // What happened before the second came is there too.
    await stepUntil(second, step => step > 0);
    const timeline = second.getByRole('slider', { name: 'Time in the run' });
    await expect.poll(() => timeline.getAttribute('aria-valuetext'), PATIENCE).toContain('live');
    expect(await timeline.getAttribute('aria-valuemin')).toBe('0');
    await sameStep(first, second);
    await timeline.press('Home');
    await stepUntil(second, step => step < 2 * STEPS_PER_SECOND);
    await second.getByRole('button', { name: 'Pause', exact: true }).click();
    await studio.pictures(first, 'watch-live');
    await first.getByText('Recorded', { exact: true }).waitFor();
    await second.getByText('Recorded', { exact: true }).waitFor();
    expect(await listed(second)).toEqual(await listed(first));

    // A view held still: time, selection and camera go along with its address.
    await first.locator('.violation-row').first().click();
    await first.getByRole('button', { name: 'Pause', exact: true }).click();
    await first.getByRole('button', { name: 'Play', exact: true }).waitFor();
    await first.getByRole('slider', { name: 'Time in the run' }).press('ArrowRight');
    await first.getByRole('button', { name: 'Its eyes' }).click();
    await viewUntil(first, ({ mode }) => mode === 'follow');
    await first.waitForURL(/#t=.*v=.*from=eyes/);
    const third = await studio.open(new URL(first.url()).pathname + new URL(first.url()).hash);
    const step = await shownStep(first);
    await stepUntil(third, shown => Math.abs(shown - step) <= 1);
    const { eye } = await viewState(first);
    await viewUntil(third, view => view.eye.every((value, axis) => Math.abs(value - eye[axis]) < 0.02));
    expect(await third.locator('.violation-row[aria-pressed=true]').count()).toBe(1);
  });
});

/** That two who watch live see the same step, to a frame: asked of both at once, with the first again after it. */
async function sameStep(first: Page, second: Page): Promise<void> {
  await expect
    .poll(
      async () => {
        const before = await shownStep(first);
        const other = await shownStep(second);
        const after = await shownStep(first);
        return other >= before - FRAME_STEPS && other <= after + FRAME_STEPS;
      },
      { timeout: 15_000, interval: 20 },
    )
    .toBe(true);
}

function listed(page: Page): Promise<string[]> {
  return page.locator('.violation-row').allTextContents();
}
