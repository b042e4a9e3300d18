import type { BrowserContextOptions, Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { writeGlb } from '../../engine/world/writeGlb.ts';
import { model, room } from '../sim/handMadeWorlds.ts';
import { chooseFile } from './bringFile.ts';
import { describeStudio, PHONE } from './describeStudio.ts';
import { viewState, viewUntil, walkable } from './viewState.ts';

/** Inner side of the room, and of the body. */
const SIDE = 6;
const RADIUS = 0.35;
const STEPS_A_SECOND = 60;

await describeStudio('a world of one’s own', studio => {
  async function openRoom(options?: BrowserContextOptions): Promise<Page> {
    const page = await studio.open('/', options);
    const glb = await writeGlb(model(...room({ width: SIDE, depth: SIDE })));
    await chooseFile(page, { name: 'room.glb', mimeType: 'model/gltf-binary', buffer: Buffer.from(glb) });
    await page.getByRole('button', { name: 'Only walk in it' }).click();
    await page.waitForURL('**/worlds/w_*');
    await walkable(page);
    await page.getByRole('application').focus();
    return page;
  }

  it('is walked by keys, and its walls stop the body', async () => {
    const page = await openRoom();
    const start = await viewUntil(page, view => view.steps > 0 && Math.abs(view.feet[1]) < 0.03);
    expect(start.mode).toBe('walk');

    await page.keyboard.down('KeyW');
    await viewUntil(page, ({ feet }) => Math.hypot(feet[0] - start.feet[0], feet[2] - start.feet[2]) > 0.5);
    // Longer than the way to any wall takes: the body is then where the wall holds it.
    const { steps } = await viewState(page);
    const end = await viewUntil(page, view => view.steps > steps + 5 * STEPS_A_SECOND);
    await page.keyboard.up('KeyW');
    const reach = Math.max(Math.abs(end.feet[0]), Math.abs(end.feet[2]));
    expect(reach).toBeGreaterThan(SIDE / 2 - RADIUS - 0.05);
    expect(reach).toBeLessThan(SIDE / 2 - RADIUS + 0.01);
    expect(end.feet[1]).toBeCloseTo(start.feet[1], 1);

    await page.keyboard.press('Home');
    await viewUntil(page, ({ feet }) => Math.hypot(feet[0] - start.feet[0], feet[2] - start.feet[2]) < 0.01);
  });

  it('lets one jump, fly and orbit, by keys and by buttons', async () => {
    const page = await openRoom();
    await viewUntil(page, view => view.steps > 0 && Math.abs(view.feet[1]) < 0.03);
    await page.keyboard.down('Space');
    await viewUntil(page, ({ feet }) => feet[1] > 0.1);
    await page.keyboard.up('Space');
    await viewUntil(page, ({ feet }) => Math.abs(feet[1]) < 0.03);

    await page.keyboard.press('KeyF');
    await viewUntil(page, ({ mode }) => mode === 'fly');
    await page.keyboard.down('Space');
    // Higher than the walls, through which one flies as well.
    await viewUntil(page, ({ eye }) => eye[1] > 3);
    await page.keyboard.up('Space');

    const view = page.getByRole('toolbar', { name: 'View' });
    await view.getByRole('button', { name: 'Orbit' }).click();
    await viewUntil(page, ({ mode }) => mode === 'orbit');
    expect(await view.getByRole('button', { name: 'Orbit' }).getAttribute('aria-pressed')).toBe('true');
    await view.getByRole('button', { name: 'Walk' }).click();
    const landed = await viewUntil(page, ({ mode }) => mode === 'walk');
    expect(landed.mode).toBe('walk');
  });

  it('is walked with a thumb on a phone', async () => {
    const page = await openRoom({ viewport: PHONE, hasTouch: true, isMobile: true });
    const start = await viewUntil(page, view => view.steps > 0 && Math.abs(view.feet[1]) < 0.03);
    const stick = await page.getByRole('img', { name: 'Move: drag with a thumb' }).boundingBox();
    if (!stick) throw new Error('there is no stick');
    const [x, y] = [stick.x + stick.width / 2, stick.y + stick.height / 2];
    const screen = await page.context().newCDPSession(page);
    const touch = (
      type: 'touchStart' | 'touchMove' | 'touchEnd',
      ...touchPoints: { x: number; y: number }[]
    ) => screen.send('Input.dispatchTouchEvent', { type, touchPoints });
    await touch('touchStart', { x, y });
    await touch('touchMove', { x, y: y - 40 });
    await viewUntil(page, ({ feet }) => Math.hypot(feet[0] - start.feet[0], feet[2] - start.feet[2]) > 0.5);
    await touch('touchEnd');
    await viewUntil(page, ({ feet }) => feet[1] < 0.03);
    await studio.picture(page, 'world-touch');
  });
});
