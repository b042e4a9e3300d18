import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { scoreOverall } from '../pipeline/score/overall.ts';
import { scoreDimensions } from '../pipeline/score/score.ts';
import type { Bench, BenchFigure } from './bench.ts';
import { gradedShots } from './gradedShots.ts';

/** Eight ways in which generated videos are bad; the others of bench/distortions.ts can be named instead. */
const USUAL = ['blur', 'noise', 'compression', 'banding', 'flicker', 'freeze', 'shake', 'melt'];
const TARGET = 0.98;

export const GRADED_CACHE = fileURLToPath(new URL('../build/score-graded/', import.meta.url));

export const bench: Bench = {
  summary:
    'whether worse videos score worse, by ten clips, eight distortions and five strengths: [DISTORTION…]',
  async run(args, note) {
    const distortions = args.length > 0 ? args : USUAL;
    const rows = new Map<string, number[]>();
    const originals = new Map<string, number>();
    for await (const { clip, distortion, step, shot } of gradedShots(distortions, join(GRADED_CACHE), note)) {
      const overall = scoreOverall(scoreDimensions(shot));
      if (step === 0) originals.set(clip, overall);
      else {
        const key = `${distortion}~${clip}`;
        const row = rows.get(key) ?? [];
        row[step - 1] = overall;
        rows.set(key, row);
      }
    }
    const figures: BenchFigure[] = [];
    let [right, pairs, first] = [0, 0, 0];
    for (const distortion of distortions) {
      let [rightHere, pairsHere] = [0, 0];
      for (const [key, row] of rows) {
        if (!key.startsWith(`${distortion}~`)) continue;
        const clip = key.slice(distortion.length + 1);
        const all = [originals.get(clip) ?? 0, ...row];
        for (let i = 0; i < all.length; i++)
          for (let k = i + 1; k < all.length; k++) {
            pairsHere++;
            if (all[i] > all[k]) rightHere++;
          }
        if (Math.max(...row) < all[0]) first++;
        else note(`${clip}, ${distortion}: ${all.map(each => each.toFixed(4)).join(' ')}`);
      }
      right += rightHere;
      pairs += pairsHere;
      figures.push({ name: `${distortion}: pairs in order`, value: rightHere / pairsHere, unit: '' });
    }
    const share = right / pairs;
    return [
      { name: 'pairs in order', value: share, unit: '', target: `≥ ${TARGET}`, met: share >= TARGET },
      { name: 'pairs', value: pairs, unit: '' },
      { name: 'original first', value: first / rows.size, unit: '' },
      ...figures,
    ];
  },
};
