import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { toDirectorError } from '../engine/errors.ts';
import { lift } from '../pipeline/lift/lift.ts';
import { estimatePoses } from '../pipeline/lift/poses/estimatePoses.ts';
import { measureShot, type ShotMeasurements } from '../pipeline/score/measureShot.ts';
import { scoreShot } from '../pipeline/score/score.ts';
import { type Bench, fixturesFolder } from './bench.ts';
import { readClip, writeClip } from './clips.ts';
import { DISTORTIONS, distort } from './distortions.ts';
import { makeTakes } from './gradedShots.ts';
import { rocAuc, spearman } from './metrics/rankMetrics.ts';

const FIXTURES = [
  'videos/v-highway/video.mp4',
  'videos/v-static-dog/video.mp4',
  'videos/v-bedroom-kids/video.mp4',
  'videos/v-yard-dog/video.mp4',
  'videos/v-garden-hud/video.mp4',
  'videos/v-pointcloud-holes/video.mp4',
  'videos/ai-cogvideox-suv/video.mp4',
  'videos/ai-cctrl-lake/video.gif',
  'videos/ai-cctrl-emptyroom/video.gif',
  'videos/ai-cctrl-livingroom/video.gif',
  'videos/ai-opensora-forest-road/video.gif',
  'videos/ai-opensora-tokyo/video.gif',
  'internal/v-kitti-2/video.mp4',
  'internal/v-re10k-0bf152/video.mp4',
  'internal/v-re10k-0f6837/video.mp4',
  'internal/v-re10k-2c80f9/video.mp4',
];
const PROMPTS = {
  hallway: 'The camera walks forward down a long hallway',
  library: 'The camera slides sideways through a library',
  courtyard: 'The camera walks in an arc around a courtyard',
  still: 'A static shot of a temple, the camera does not move',
  turn: 'The camera pans slowly across a street',
};
/** What is also done to the first of the clips, and at which of the five strengths. */
const WORSE: [string, number][] = [
  ['melt', 2],
  ['melt', 4],
  ['cuts', 1],
  ['dark', 4],
  ['blur', 4],
  ['noise', 4],
  ['shake', 3],
  ['freeze', 4],
];
const WORSE_OF = ['v-highway', 'v-pointcloud-holes', 'hallway', 'v-re10k-0f6837', 'library'];
const LONG_SIDE_PIXELS = 480;
const FRAMES = 48;
const TARGET = 0.9;
const CACHE = fileURLToPath(new URL('../build/score-lifts/', import.meta.url));

interface Outcome {
  /** The refusal's code; absent where the lift succeeded. */
  code?: string;
  registeredShare: number;
  reprojectionErrorPixels: number;
}

async function tryLift(video: string, posesOnly: boolean, scratch: string): Promise<Outcome> {
  try {
    if (posesOnly) {
      const found = await estimatePoses(video, { seed: 1 });
      return {
        registeredShare: found.frames.length / found.framesTotal,
        reprojectionErrorPixels: found.medianReprojectionErrorPixels,
      };
    }
    const found = await lift(video, { out: join(scratch, 'world'), quality: 'draft', seed: 1 });
    return {
      registeredShare: found.registered / found.frames,
      reprojectionErrorPixels: found.reprojectionErrorPixels,
    };
  } catch (thrown) {
    const { code } = toDirectorError(thrown);
    if (!code.startsWith('LIFT_')) throw thrown;
    return { code, registeredShare: 0, reprojectionErrorPixels: 0 };
  }
}

/**
 * Lifts clips of the fixtures, takes and clips made worse, at draft quality, and holds `liftable` against what happened.
 * With the argument `poses` only the first half of each lift is done, which refuses nearly all that is refused.
 */
export const bench: Bench = {
  summary: 'whether `liftable` foresees actual lifts: [poses]',
  async run([mode], note) {
    const posesOnly = mode === 'poses';
    const cache = join(CACHE, posesOnly ? 'poses' : 'lift');
    await mkdir(cache, { recursive: true });
    const scratch = await mkdtemp(join(tmpdir(), 'sora-liftable-'));
    const good: number[] = [];
    const bad: number[] = [];
    const [expected, found]: [number[], number[]] = [[], []];
    let agreed = 0;
    try {
      const videos: Record<string, string> = {};
      for (const path of FIXTURES)
        if (existsSync(join(fixturesFolder(), path)))
          videos[path.split('/')[1] ?? path] = join(fixturesFolder(), path);
      Object.assign(videos, await makeTakes(PROMPTS, join(CACHE, 'takes')));
      const jobs = Object.keys(videos).flatMap(name => [
        { name, worse: undefined },
        ...(WORSE_OF.includes(name) ? WORSE.map(worse => ({ name, worse })) : []),
      ]);
      for (const { name, worse } of jobs) {
        const kept = join(cache, `${name}${worse ? `~${worse[0]}~${worse[1]}` : ''}.json`);
        if (!existsSync(kept)) {
          const clip = await readClip(videos[name] ?? '', LONG_SIDE_PIXELS, FRAMES);
          const other = { ...clip, frames: [...clip.frames].reverse().map(frame => frame.toReversed()) };
          const file = join(scratch, 'clip.mp4');
          await writeClip(file, worse ? await distort(worse[0], clip, strengthOf(worse), other, name) : clip);
          const outcome = await tryLift(file, posesOnly, scratch);
          await writeFile(kept, JSON.stringify({ outcome, shot: await measureShot(file) }));
        }
        const { outcome, shot }: { outcome: Outcome; shot: ShotMeasurements } = JSON.parse(
          await readFile(kept, 'utf8'),
        );
        const { liftable } = scoreShot(shot);
        const probability = liftable.probability ?? 0;
        (outcome.code ? bad : good).push(probability);
        if (liftable.ok === !outcome.code) agreed++;
        if (!outcome.code) {
          expected.push(liftable.quality ?? 0);
          found.push(outcome.registeredShare / (1 + outcome.reprojectionErrorPixels));
        }
        note(
          `${name} ${worse?.join(' ') ?? ''}: ${outcome.code ?? `${(100 * outcome.registeredShare).toFixed(0)} %, ${outcome.reprojectionErrorPixels.toFixed(2)} px`}; foreseen ${probability.toFixed(2)}, ${liftable.quality?.toFixed(2)}${liftable.ok === !outcome.code ? '' : '  WRONG'}`,
        );
      }
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
    const auc = rocAuc(good, bad);
    return [
      { name: 'AUC of liftable', value: auc, unit: '', target: `≥ ${TARGET}`, met: auc >= TARGET },
      { name: 'lifted', value: good.length, unit: 'clips' },
      { name: 'refused', value: bad.length, unit: 'clips' },
      { name: 'right yes or no', value: agreed / (good.length + bad.length), unit: '' },
      { name: 'Spearman of quality, where lifted', value: spearman(expected, found), unit: '' },
    ];
  },
};

function strengthOf([name, step]: [string, number]): number {
  return DISTORTIONS[name]?.strengths[step - 1] ?? 0;
}
