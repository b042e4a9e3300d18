import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom } from '../engine/random.ts';
import { scoreVideo } from '../pipeline/score/score.ts';
import type { Bench } from './bench.ts';
import { readClip, writeClip } from './clips.ts';
import { type Clip, meltField, warpFrame } from './distortions.ts';
import { makeTakes } from './gradedShots.ts';
import { spearman } from './metrics/rankMetrics.ts';

const PROMPTS = {
  hallway: 'The camera walks forward down a long hallway',
  library: 'The camera slides sideways through a library',
  courtyard: 'The camera walks in an arc around a courtyard',
  street: 'The camera walks forward along a street',
};
/** Pixels of a picture 384 wide: root mean square of the warp. */
const AMPLITUDES = [0, 0.3, 0.6, 1, 1.6, 2.5, 4, 6.5, 10];
const LONG_SIDE_PIXELS = 384;
const FRAMES = 48;
/** The error is that of frames this far apart: longer than a step, shorter than things stay in view. */
const GAP_SECONDS = 0.5;
const TARGET = 0.9;

/**
 * Takes whose geometry is true, warped by fields of known size that no camera makes: over the whole picture, or over a part.
 * The true error of a warped take is the root mean square, over the picture and over pairs of frames half a second apart,
 * of how much the displacement changed between the two.
 */
function warpTake(clip: Clip, amplitude: number, part: number, seed: string): { clip: Clip; error: number } {
  const random = createRandom(seed);
  const field = meltField(random, clip.width);
  const { width, height, framesPerSecond } = clip;
  const displacement = (x: number, y: number, index: number): [number, number] => {
    // A bell that covers the share `part` of the width.
    const reach = part >= 1 ? 1 : Math.exp(-(((x / width - 0.5) / part) ** 2) * 4);
    const [dx, dy] = field(x, y, index / framesPerSecond);
    return [amplitude * reach * dx, amplitude * reach * dy];
  };
  const gap = Math.round(GAP_SECONDS * framesPerSecond);
  let [squares, count] = [0, 0];
  for (let index = gap; index < clip.frames.length; index += 3)
    for (let y = 8; y < height; y += 24)
      for (let x = 8; x < width; x += 24) {
        const [a, b] = [displacement(x, y, index - gap), displacement(x, y, index)];
        squares += (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2;
        count++;
      }
  const frames = clip.frames.map((frame, index) =>
    warpFrame(frame, width, height, (x, y) => {
      const [dx, dy] = displacement(x, y, index);
      return [x + dx, y + dy];
    }),
  );
  return { clip: { ...clip, frames }, error: Math.sqrt(squares / count) };
}

export const bench: Bench = {
  summary: 'whether the space score follows the true geometric error of warped takes: [TAKE…]',
  async run(args, note) {
    const scratch = await mkdtemp(join(tmpdir(), 'sora-space-'));
    const scores: number[] = [];
    const errors: number[] = [];
    try {
      await mkdir(scratch, { recursive: true });
      const takes =
        args.length > 0
          ? Object.fromEntries(args.map(video => [video, video]))
          : await makeTakes(PROMPTS, scratch);
      for (const [name, video] of Object.entries(takes)) {
        const clip = await readClip(video, LONG_SIDE_PIXELS, FRAMES);
        for (const [i, amplitude] of AMPLITUDES.entries()) {
          const part = i % 2 === 0 ? 1 : 0.6;
          const warped = warpTake(clip, amplitude, part, `${name}/${i}`);
          const file = join(scratch, 'warped.mp4');
          await writeClip(file, warped.clip);
          const { groups, dimensions } = await scoreVideo(file);
          scores.push(groups.space ?? 0);
          errors.push(warped.error);
          note(
            `${name}: true error ${warped.error.toFixed(2)} px, space ${(groups.space ?? 0).toFixed(3)}, epipolar ${dimensions.epipolarConsistency?.value.toFixed(3)} px`,
          );
        }
      }
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
    const correlation = -spearman(scores, errors);
    return [
      {
        name: 'Spearman of the space score and the true error',
        value: correlation,
        unit: '',
        target: `≥ ${TARGET}`,
        met: correlation >= TARGET,
      },
      { name: 'takes', value: scores.length, unit: '' },
    ];
  },
};
