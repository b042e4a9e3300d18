import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toHtml } from '../../../sim/report/html.ts';
import { makeReport } from '../../../sim/report/json.ts';
import { launchChromium } from '../../e2e/chromium.ts';
import { run, violation } from './reportFixtures.ts';

let folder: string;
let browser: Browser;
let address: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'page-'));
  const violations = [
    violation({ id: 'a', position: [0, 0, 0], baseline: 'new' }),
    violation({ id: 'b', position: [0.05, 0, 0], baseline: 'known' }),
    violation({ id: 'c', position: [4, 0, 2], severity: 'info', baseline: 'new' }),
  ];
  const file = join(folder, 'report.html');
  await writeFile(file, toHtml(makeReport([run({ violations, gone: [] })], [])));
  address = pathToFileURL(file).href;
  browser = await launchChromium();
});
afterAll(async () => {
  await browser?.close();
  await rm(folder, { recursive: true });
});

test('opens from a file without scripts, asks the network for nothing, and filters list and map', async () => {
  const context = await browser.newContext({
    javaScriptEnabled: false,
    viewport: { width: 1000, height: 800 },
  });
  const page = await context.newPage();
  const asked: string[] = [];
  page.on('request', request => asked.push(request.url()));
  await page.goto(address);
  const shown = async () => [
    await page.locator('li.finding:visible').count(),
    await page.locator('a.pin:visible').count(),
  ];
  expect(await shown()).toEqual([3, 3]);
  await page.getByLabel('Known before').uncheck();
  expect(await shown()).toEqual([2, 2]);
  await page.getByLabel('Errors').uncheck();
  expect(await shown()).toEqual([1, 1]);
  await page.getByLabel('Errors').check();
  expect(await shown()).toEqual([2, 2]);
  expect(asked).toEqual([address]);
  await context.close();
});

test('the keyboard leads from a pin to its entry, and no pin covers another', async () => {
  const page = await browser.newPage({ viewport: { width: 1000, height: 800 } });
  await page.goto(address);
  const boxes = await Promise.all(
    (await page.locator('a.pin > circle:not(.dot)').all()).map(circle => circle.boundingBox()),
  );
  const [first, second] = boxes;
  if (!first || !second) throw new Error('no pins');
  expect(Math.hypot(first.x - second.x, first.y - second.y)).toBeGreaterThan(0.9 * first.width);
  for (let i = 0; i < 12 && !(await page.locator('a.pin:focus').count()); i++)
    await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  expect(new URL(page.url()).hash).toBe('#run-1-finding-1');
  expect(await page.locator('li:target').textContent()).toContain('--violation a');
});

test('printed, the evidence is unfolded and the boxes are gone', async () => {
  const page = await browser.newPage();
  await page.goto(address);
  expect(await page.locator('details pre').first().isVisible()).toBe(false);
  await page.emulateMedia({ media: 'print' });
  expect(await page.locator('details pre').first().isVisible()).toBe(true);
  expect(await page.locator('.filter input').first().isVisible()).toBe(false);
});
