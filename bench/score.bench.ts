import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DirectorError } from '../engine/errors.ts';
import { measureShot } from '../pipeline/score/measureShot.ts';
import { scoreShot } from '../pipeline/score/score.ts';
import { findFfmpeg } from '../pipeline/video/ffmpeg.ts';
import { probeVideo } from '../pipeline/video/probeVideo.ts';
import { type Bench, type BenchFigure, fixturesFolder } from './bench.ts';

/** 720p at 30 frames/s: one in which the camera moves, and ten seconds in which it does not. */
const CLIPS = ['videos/v-yard-dog/video.mp4', 'videos/v-static-dog/video.mp4'];
const TARGET = 10;
const PEER_FILTERS = ['siti', 'blurdetect', 'blockdetect'];
const RUNS = 3;

const run = promisify(execFile);

/** Seconds that ffmpeg takes for its three measuring filters; undefined where this ffmpeg (before 5.1) has none. */
async function peerSeconds(video: string): Promise<number | undefined> {
  const path = process.env['PEER_FFMPEG_PATH'] ?? findFfmpeg().path;
  const { stdout } = await run(path, ['-hide_banner', '-filters']);
  if (!PEER_FILTERS.every(filter => stdout.includes(` ${filter} `))) return undefined;
  const start = performance.now();
  await run(path, ['-i', video, '-an', '-vf', PEER_FILTERS.join(','), '-f', 'null', '-'], {
    maxBuffer: 2 ** 26,
  });
  return (performance.now() - start) / 1000;
}

/**
 * Wall-clock seconds of a whole scoring, decoding included, the best of three after one that compiles the kernels; and in
 * the same run those of ffmpeg's siti, blurdetect and blockdetect together. PEER_FFMPEG_PATH names another ffmpeg for these.
 */
export const bench: Bench = {
  summary: 'how much faster than real time videos are scored, and than ffmpeg measures less: [VIDEO…]',
  async run(args, note) {
    const videos = args.length > 0 ? args : CLIPS.map(clip => join(fixturesFolder(), clip));
    const figures: BenchFigure[] = [];
    for (const video of videos) {
      if (!existsSync(video))
        throw new DirectorError('INPUT_NOT_FOUND', `There is no video ${video}.`, {
          suggestion: 'Name a video, or set SORA_FIXTURES to the folder of fixtures.',
        });
      const { durationSeconds } = await probeVideo(video);
      let overall = scoreShot(await measureShot(video)).overall;
      let [seconds, cpu] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
      for (let i = 0; i < RUNS; i++) {
        const [start, before] = [performance.now(), process.cpuUsage()];
        overall = scoreShot(await measureShot(video)).overall;
        const { user, system } = process.cpuUsage(before);
        seconds = Math.min(seconds, (performance.now() - start) / 1000);
        cpu = Math.min(cpu, (user + system) / 1e6);
      }
      const factor = durationSeconds / seconds;
      note(
        `${video}: ${durationSeconds.toFixed(1)} s in ${seconds.toFixed(2)} s; ${cpu.toFixed(2)} s of cores, decoding aside`,
      );
      figures.push(
        { name: 'times real time', value: factor, unit: '×', target: `≥ ${TARGET}`, met: factor >= TARGET },
        { name: 'cores, decoding aside', value: cpu, unit: 's' },
        { name: 'overall', value: overall, unit: '0–1' },
      );
      const peer = await peerSeconds(video);
      if (peer === undefined)
        note('no peer: siti, blurdetect and blockdetect need ffmpeg 5.1; set PEER_FFMPEG_PATH');
      else
        figures.push({
          name: 'ffmpeg siti + blurdetect + blockdetect, times our time',
          value: peer / seconds,
          unit: '×',
          target: '≥ 1',
          met: peer >= seconds,
        });
    }
    return figures;
  },
};
