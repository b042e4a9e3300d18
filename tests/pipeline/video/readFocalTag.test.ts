import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRandom } from '../../../engine/random.ts';
import { encodeVideo } from '../../../pipeline/video/encodeVideo.ts';
import { probeVideo } from '../../../pipeline/video/probeVideo.ts';
import { readFocalTag } from '../../../pipeline/video/readFocalTag.ts';
import { box, bytesOf, focalMeta, spliceIntoFilm, type Tag, textTag } from './focalBoxes.ts';

const [WIDTH, HEIGHT, FRAMES] = [64, 48, 5];
let folder = '';
const at = (name: string) => join(folder, name);

async function* pictures(): AsyncGenerator<Uint8Array> {
  for (let frame = 0; frame < FRAMES; frame++) yield new Uint8Array(4 * WIDTH * HEIGHT).fill(40 * frame);
}

async function tagIn(...boxes: Uint8Array[]): Promise<number | undefined> {
  await writeFile(at('made.mov'), Buffer.concat(boxes));
  return readFocalTag(at('made.mov'));
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sora-focal-'));
  await encodeVideo(at('plain.mp4'), { width: WIDTH, height: HEIGHT, framesPerSecond: 10 }, pictures());
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('readFocalTag', () => {
  test.each([
    ['its track', 'track', focalMeta(textTag('27'))],
    ['the film', 'film', focalMeta(textTag('27'), true)],
    ["the film's user data", 'film', box('udta', focalMeta(textTag('27')))],
  ] as const)('finds it in %s, in a film that still plays', async (_, where, meta) => {
    await spliceIntoFilm(at('plain.mp4'), at('tagged.mp4'), meta, where);
    expect(await readFocalTag(at('tagged.mp4'))).toBe(27);
    expect((await probeVideo(at('tagged.mp4'))).timesSeconds).toHaveLength(FRAMES);
  });

  const float = Buffer.alloc(4);
  float.writeFloatBE(26.5);
  const double = Buffer.alloc(8);
  double.writeDoubleBE(26.7);
  test.each<[string, Tag, number | undefined]>([
    ['text', textTag('26.00mm'), 26],
    ['text with a zero at its end', textTag('24 mm\0'), 24],
    ['a byte', { type: 21, value: Buffer.of(26) }, 26],
    ['a word', { type: 22, value: Buffer.of(0, 200) }, 200],
    ['three bytes', { type: 21, value: Buffer.of(0, 0, 26) }, 26],
    ['64 bits', { type: 22, value: bytesOf(0, 26) }, 26],
    ['8, 16 and 32 bits', { type: 67, value: bytesOf(26) }, 26],
    ['a float', { type: 23, value: float }, 26.5],
    ['a double', { type: 24, value: double }, 26.7],
    ['nothing', { type: 21, value: Buffer.alloc(0) }, undefined],
    ['an unset value', { type: 21, value: Buffer.of(0) }, undefined],
    ['a negative one', { type: 21, value: Buffer.of(200) }, undefined],
    ['five bytes', { type: 22, value: Buffer.of(0, 0, 0, 0, 26) }, undefined],
    ['a short float', { type: 23, value: Buffer.of(65, 212) }, undefined],
    ['no number', { type: 23, value: bytesOf(0x7fc00000) }, undefined],
    ['words', textTag('wide'), undefined],
    ['a picture', { type: 13, value: Buffer.of(26) }, undefined],
  ])('reads %s', async (_, tag, value) => {
    expect(await tagIn(box('moov', focalMeta(tag)))).toBe(value);
  });

  test('a track says more than the film, and what is implausible says nothing', async () => {
    const film = focalMeta(textTag('26'));
    const track = (text: string) => box('trak', focalMeta(textTag(text)));
    expect(await tagIn(box('moov', film, track('77')))).toBe(77);
    expect(await tagIn(box('moov', film, track('0')))).toBe(26);
  });

  test('passes over pictures of any length', async () => {
    const bytes = 6 * 2 ** 30;
    const film = box('moov', focalMeta(textTag('26')));
    const file = await open(at('long.mov'), 'w');
    // The pictures are a hole in the file: it takes no room.
    await file.write(Buffer.concat([bytesOf(1), Buffer.from('mdat'), bytesOf(1, 2 ** 31 + 16)]), 0, 16, 0);
    await file.write(film, 0, film.length, 2 ** 32 + 2 ** 31 + 16);
    expect((await file.stat()).size).toBeGreaterThan(bytes);
    await file.close();
    const before = performance.now();
    expect(await readFocalTag(at('long.mov'))).toBe(26);
    expect(performance.now() - before).toBeLessThan(1000);
  });

  test('says nothing of films without a tag, cut-off ones and other files', async () => {
    const whole = Buffer.concat([
      box('ftyp', bytesOf(0)),
      box('moov', box('trak', focalMeta(textTag('26')))),
    ]);
    expect(await readFocalTag(at('plain.mp4'))).toBeUndefined();
    for (let length = 0; length < whole.length; length++)
      expect(await tagIn(whole.subarray(0, length))).toBeUndefined();
    expect(await tagIn(whole)).toBe(26);
    expect(await tagIn(Buffer.from('GIF89a: no boxes at all'))).toBeUndefined();
    // A hundred thousand empty boxes before the film.
    expect(await tagIn(Buffer.alloc(2 ** 20, box('free')), whole)).toBeUndefined();
  });

  test('never breaks on bytes that are wrong', async () => {
    const random = createRandom('focal-tag');
    const whole = box('moov', box('trak', focalMeta(textTag('26'))), focalMeta(textTag('28'), true));
    for (let round = 0; round < 300; round++) {
      const bytes = Buffer.from(whole);
      const hits = 1 + Math.floor(random.next() * 6);
      for (let hit = 0; hit < hits; hit++)
        bytes[Math.floor(random.next() * bytes.length)] = Math.floor(random.next() * 256);
      const found = await tagIn(bytes);
      if (found !== undefined) expect(found).toBeGreaterThanOrEqual(8);
      const noise = Buffer.from(Array.from({ length: 200 }, () => Math.floor(random.next() * 256)));
      expect(await tagIn(box('moov', box('meta', noise), noise))).toBeUndefined();
      expect(await tagIn(noise)).toBeUndefined();
    }
  });

  test('refuses what is not there or is no file', async () => {
    await expect(readFocalTag(at('none.mov'))).rejects.toMatchObject({ code: 'INPUT_UNREADABLE' });
    await expect(readFocalTag(folder)).rejects.toMatchObject({ code: 'INPUT_UNREADABLE' });
  });
});
