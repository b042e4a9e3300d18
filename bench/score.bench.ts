import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DirectorError } from '../engine/errors.ts';
import { score } from '../pipeline/score/score.ts';
import { probeVideo } from '../pipeline/video/probeVideo.ts';
import { type Bench, type BenchFigure, fixturesFolder } from './bench.ts';

/** A drive of 221 frames at 960×540: the scoring's usual work, with nothing in it that makes it easy. */
const CLIP = 'videos/v-highway/video.mp4';

export const bench: Bench = {
  summary: 'how much faster than real time videos are scored: [VIDEO…]',
  async run(args, note) {
    const videos = args.length > 0 ? args : [join(fixturesFolder(), CLIP)];
    const figures: BenchFigure[] = [];
    for (const video of videos) {
      if (!existsSync(video))
        throw new DirectorError('INPUT_NOT_FOUND', `There is no video ${video}.`, {
          suggestion: 'Name a video, or set SORA_FIXTURES to the folder of fixtures.',
        });
      const { durationSeconds } = await probeVideo(video);
      // The first pass compiles the kernels.
      await score([video]);
      const before = process.cpuUsage();
      const [card] = (await score([video])).takes;
      const seconds = process.cpuUsage(before).user / 1e6;
      note(
        `${video}: ${durationSeconds.toFixed(1)} s of video in ${seconds.toFixed(2)} s of one core, decoding aside`,
      );
      const factor = Number((durationSeconds / seconds).toFixed(2));
      figures.push(
        { name: 'times real time', value: factor, unit: '×', target: '≥ 4', met: factor >= 4 },
        { name: 'overall', value: card?.overall ?? 0, unit: '0–1' },
      );
    }
    return figures;
  },
};
