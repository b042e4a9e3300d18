import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeGlb } from '../../../engine/world/writeGlb.ts';
import { type BatchResult, runBatch } from '../../../sim/batch.ts';
import { toHtml } from '../../../sim/report/html.ts';
import type { Illustration } from '../../../sim/report/illustrate/illustration.ts';
import { makeReport } from '../../../sim/report/json.ts';
import { box, furnishedRoom, model, node } from '../handMadeWorlds.ts';
import { REPORT, run, violation } from './reportFixtures.ts';

describe('the page', () => {
  test('shows every world with its violations and how to see them again', () => {
    const html = toHtml(REPORT);
    expect(html.match(/<section/g)).toHaveLength(3);
    expect(html).toContain('1.00, 2.00, 3.00');
    expect(html).toContain('gapBelowMeters');
    expect(html).toContain('The agents found nothing wrong.');
    expect(html).toContain('--agents 16 --seconds 120 --seed 1');
    expect(html).toContain('f'.repeat(64));
    expect(html).not.toContain('<a &');
  });

  test('holds what was found, escaped, and reaches for nothing outside itself', () => {
    const html = toHtml(REPORT);
    expect(html).toContain('a box &lt;hangs&gt; &amp; &quot;floats&quot;');
    expect(html).toContain('INPUT_NOT_FOUND');
    expect(html).not.toMatch(/<script|<link|@import|url\(|https?:/);
    expect([...html.matchAll(/(?:src|href)="([^"]*)"/g)].every(([, to]) => /^(?:#|data:)/.test(to))).toBe(
      true,
    );
  });

  test('each pin leads to its entry, gravest first', () => {
    const html = toHtml(
      makeReport([run({ violations: [violation({ severity: 'info' }), violation()] })], []),
    );
    const pins = [...html.matchAll(/class="pin finding (\w+)" href="#([\w-]+)"/g)];
    expect(pins.map(pin => pin[1])).toEqual(['error', 'info']);
    for (const [, , anchor] of pins) expect(html).toContain(`id="${anchor}"`);
  });

  test('marks what is known and passed over, and lists what is gone', () => {
    const violations = [violation({ baseline: 'known', suppressed: 'lamps hang' })];
    const html = toHtml(
      makeReport([run({ violations, gone: [violation({ message: 'The chair floated.' })] })], []),
    );
    expect(html).toContain('Passed over: lamps hang');
    expect(html).toContain('The chair floated.');
    expect(html).toContain('id="show-known"');
  });
});

describe('a run that is drawn', () => {
  let folder: string;
  let batch: BatchResult;
  let illustration: Illustration;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'drawn-'));
    const world = join(folder, 'room.glb');
    const nodes = [
      ...furnishedRoom(),
      // Hides every floor from above.
      node('ceiling', [box([-3.7, 2.8, -3.2], [3.7, 3, 3.2])]),
      node('ball', [box([0, 0.5, 0], [0.5, 1, 0.5])]),
    ];
    nodes[nodes.length - 1].parts[0].material = 1;
    const world3d = model(...nodes);
    world3d.materials.push({ ...world3d.materials[0], name: 'red', baseColor: [1, 0, 0, 1] });
    await writeFile(world, await writeGlb(world3d));
    batch = await runBatch([world], { agents: 4, simulatedSeconds: 6, illustrate: true });
    [illustration] = batch.illustrations;
  });
  afterAll(() => rm(folder, { recursive: true }));

  const pixel = async (image: string, x: number, y: number) => {
    const bytes = Buffer.from(image.slice(image.indexOf(',') + 1), 'base64');
    const { data, info } = await sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    const at = 3 * (Math.round(y) * info.width + Math.round(x));
    return [...data.subarray(at, at + 3)];
  };
  const isRed = ([r, g, b]: number[]) => r > 60 && r > 2.5 * g && r > 2.5 * b;

  test('the picture of a finding shows it where its mark is', async () => {
    const [found] = batch.runs[0].violations;
    expect(found).toMatchObject({ type: 'floating', object: 'ball' });
    const { image, at, edges } = illustration.pictures[found.id];
    expect(isRed(await pixel(image, ...at))).toBe(true);
    expect(edges).toHaveLength(12);
  });

  test('the map is cut open under the ceiling, and places are where they are in the world', async () => {
    const { map } = illustration;
    if (!map?.image) throw new Error('no map');
    expect(map.cutAtMeters).toBeGreaterThan(1);
    expect(map.cutAtMeters).toBeLessThan(2.8);
    const toPixel = (x: number, z: number) =>
      [(x - map.minX) * map.pixelsPerMeter, (z - map.minZ) * map.pixelsPerMeter] as const;
    expect(isRed(await pixel(map.image, ...toPixel(0.25, 0.25)))).toBe(true);
    expect(isRed(await pixel(map.image, ...toPixel(-1.5, 1)))).toBe(false);
    const cells = map.entered.reduce((sum, [, , count]) => sum + count, 0);
    expect(cells * map.cellMeters ** 2).toBeGreaterThan(3);
  });

  test('drawing changes nothing in the run', async () => {
    const plain = await runBatch([batch.runs[0].world], { agents: 4, simulatedSeconds: 6 });
    expect(plain.runs[0].stateHash).toBe(batch.runs[0].stateHash);
    expect(plain.illustrations).toEqual([]);
  });

  test('the page carries the pictures', async () => {
    const html = toHtml(makeReport(batch.runs, []), batch.illustrations);
    expect(html).toContain(illustration.pictures[batch.runs[0].violations[0].id].image);
    expect(html).toContain('cut open');
  });
});
