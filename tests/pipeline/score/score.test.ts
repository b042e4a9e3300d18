import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixturesFolder } from '../../../bench/bench.ts';
import { score, scoreVideo } from '../../../pipeline/score/score.ts';
import { type DimensionName, type Scorecard, scoresSchema } from '../../../pipeline/score/scorecard.ts';
import { type SyntheticOptions, walk, writeSyntheticVideo } from '../generate/syntheticVideo.ts';

const still = { x: 0, y: 1.6, z: 4, yaw: 0 };
const CLIPS: Record<string, SyntheticOptions> = {
  walk: { frames: 36, pose: walk },
  static: { frames: 30, pose: () => still },
  turn: { frames: 30, pose: frame => ({ ...still, yaw: frame * 0.01 }) },
  flicker: {
    frames: 36,
    pose: walk,
    light: frame => (frame >= 12 && frame < 24 ? 1 + 0.2 * (frame % 2 ? 1 : -1) : 1),
  },
  pop: { frames: 36, pose: walk, box: frame => frame < 18 },
  cut: {
    frames: 36,
    pose: frame => (frame < 18 ? walk(frame) : { x: 0.8, y: 1.2, z: -6 - frame / 24, yaw: 2.6 }),
    seed: frame => (frame < 18 ? 1 : 2),
  },
  frozen: { frames: 40, pose: frame => walk(frame < 14 ? frame : Math.max(14, frame - 10)) },
  dark: { frames: 24, pose: walk, light: () => 0.05 },
};

let folder: string;
const cards: Record<string, Scorecard> = {};
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sora-score-'));
  const names = Object.keys(CLIPS);
  for (const name of names) await writeSyntheticVideo(join(folder, `${name}.mp4`), CLIPS[name]);
  const { takes } = scoresSchema.parse(await score(names.map(name => join(folder, `${name}.mp4`))));
  names.forEach((name, i) => {
    cards[name] = takes[i];
  });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A dimension that the test counts on. */
function dimension(name: string, of: DimensionName) {
  const found = cards[name].dimensions[of];
  if (!found) throw new Error(`${name} has no ${of}.`);
  return found;
}
const types = (card: Scorecard) => [...new Set(card.violations.map(violation => violation.type))];

describe('score', () => {
  it('finds nothing wrong with a steady walk, and says that it can be lifted', () => {
    expect(cards['walk'].violations).toEqual([]);
    expect(cards['walk'].liftable.ok).toBe(true);
    expect(cards['walk'].rank).toBe(1);
    for (const { score: points } of Object.values(cards['walk'].dimensions))
      expect(points).toBeGreaterThan(0.5);
    expect(dimension('walk', 'epipolarConsistency').value).toBeLessThan(0.5);
  });

  it('sees that a camera which stands still or only turns shows no parallax', () => {
    for (const name of ['static', 'turn']) {
      expect(cards[name].liftable).toMatchObject({
        ok: false,
        reason: expect.stringContaining('no parallax'),
      });
      expect(types(cards[name])).toEqual(['no-parallax']);
    }
    expect(dimension('static', 'parallax').value).toBeLessThan(0.05);
  });

  it("gives VBench's flickering value, which is 1 where nothing changes", () => {
    expect(dimension('static', 'flicker').value).toBeGreaterThan(0.999);
    expect(dimension('flicker', 'flicker').value).toBeLessThan(dimension('walk', 'flicker').value);
  });

  it('times flicker', () => {
    const [flicker, ...more] = cards['flicker'].violations.filter(violation => violation.type === 'flicker');
    expect(more).toEqual([]);
    expect(flicker.replay.fromSeconds).toBeCloseTo(12 / 24, 1);
    expect(flicker.replay.toSeconds).toBeCloseTo(24 / 24, 1);
    expect(dimension('flicker', 'flicker').score).toBeLessThan(dimension('walk', 'flicker').score - 0.3);
  });

  it('finds a thing that vanishes, and when and where', () => {
    const pops = cards['pop'].violations.filter(violation => violation.type === 'pop');
    expect(pops).toHaveLength(1);
    expect(pops[0].time).toBeCloseTo(17 / 24, 2);
    const [[left, top, right, bottom]] = pops[0].evidence['boxes'] as [number, number, number, number][];
    expect(left).toBeGreaterThan(0.3);
    expect(right).toBeLessThan(0.9);
    expect(bottom - top).toBeGreaterThan(0.1);
  });

  it('finds a cut, once', () => {
    const cuts = cards['cut'].violations.filter(violation => violation.type === 'cut');
    expect(cuts).toHaveLength(1);
    expect(cuts[0].evidence['frame']).toBe(18);
    expect(types(cards['cut'])).not.toContain('pop');
  });

  it('finds a stretch that stands still', () => {
    const frozen = cards['frozen'].violations.filter(violation => violation.type === 'frozen');
    expect(frozen).toHaveLength(1);
    expect(frozen[0].replay.fromSeconds).toBeCloseTo(14 / 24, 1);
    expect(frozen[0].replay.toSeconds).toBeCloseTo(24 / 24, 1);
  });

  it('marks down a dark picture', () => {
    expect(dimension('dark', 'exposure').score).toBeLessThan(0.2);
  });

  it('ranks the clips that can be lifted before those that cannot', () => {
    const ranked = Object.values(cards).sort((a, b) => a.rank - b.rank);
    expect(ranked.map(card => card.rank)).toEqual(ranked.map((_, i) => i + 1));
    const firstBad = ranked.findIndex(card => !card.liftable.ok);
    expect(ranked.slice(firstBad).every(card => !card.liftable.ok)).toBe(true);
  });

  it('marks down the one thing that is bad, whatever else is good, and says what it is', () => {
    const { walk: clean, ...faulty } = cards;
    for (const card of Object.values(faulty)) expect(card.overall, card.video).toBeLessThan(clean.overall);
    for (const name of ['flicker', 'cut', 'dark'])
      expect(cards[name].overall, name).toBeLessThan(clean.overall - 0.03);
    // Without parallax a take cannot be lifted, and ranks behind those that can: of the overall score it costs little.
    for (const name of ['static', 'turn'])
      expect(cards[name].overall, name).toBeLessThan(clean.overall - 0.01);
    expect(cards['dark'].overall).toBeLessThan(clean.overall - 0.4);
    expect(cards['turn'].reasons).toContainEqual(expect.stringMatching(/^parallax costs/));
    expect(cards['flicker'].reasons[0]).toMatch(/^flicker costs/);
    expect(cards['dark'].reasons[0]).toMatch(/^exposure costs/);
  });

  it('says where, so that one can jump there', () => {
    const where = (name: string, of: DimensionName) => dimension(name, of).where ?? [];
    expect(where('cut', 'cuts')).toEqual([
      { fromSeconds: expect.closeTo(17 / 24, 2), toSeconds: expect.closeTo(18 / 24, 2) },
    ]);
    const [frozen] = where('frozen', 'freezes');
    expect(frozen.fromSeconds).toBeCloseTo(14 / 24, 1);
    expect(frozen.toSeconds).toBeCloseTo(24 / 24, 1);
    const [flicker] = where('flicker', 'flicker');
    expect(flicker.fromSeconds).toBeCloseTo(12 / 24, 1);
    expect(flicker.toSeconds).toBeCloseTo(24 / 24, 1);
    expect(where('walk', 'flicker')).toEqual([]);
  });

  it('foresees which can be lifted', () => {
    const chance = (name: string) => cards[name].liftable.probability ?? -1;
    for (const name of ['static', 'turn', 'cut', 'dark']) expect(chance(name)).toBeLessThan(0.3);
    for (const name of ['walk', 'pop']) expect(chance(name)).toBeGreaterThan(0.7);
    expect(cards['cut'].liftable.reason).toContain('outside its longest shot');
  });

  it('gives the same card twice, on one thread and on two', async () => {
    const path = join(folder, 'pop.mp4');
    const one = await scoreVideo(path, { threads: 0 });
    const two = await scoreVideo(path, { threads: 1 });
    expect(two).toEqual(one);
    const { rank: _, ...first } = cards['pop'];
    expect(one).toEqual(first);
  });

  it('stops when cancelled', async () => {
    const cancel = new AbortController();
    const stopped = score([join(folder, 'walk.mp4')], {
      signal: cancel.signal,
      onProgress: () => cancel.abort(),
    });
    await expect(stopped).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  const real = join(fixturesFolder(), 'videos');
  it.skipIf(!existsSync(real))('judges real footage', async () => {
    const path = (name: string) => join(real, name);
    const { takes } = await score([
      path('v-pointcloud-holes/video.mp4'),
      path('ai-opensora-forest-road/video.gif'),
    ]);
    expect(takes[0].liftable.ok).toBe(true);
    expect(types(takes[0])).toEqual([]);
    expect(takes[1].liftable.ok).toBe(false);
    expect(types(takes[1])).toContain('view-inconsistency');
  });
});
