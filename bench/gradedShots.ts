import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { generate } from '../pipeline/generate/generate.ts';
import { createProvider } from '../pipeline/generate/providers.ts';
import { measureShot, type ShotMeasurements } from '../pipeline/score/measureShot.ts';
import { fixturesFolder } from './bench.ts';
import { readClip, writeClip } from './clips.ts';
import { type Clip, DISTORTIONS, distort } from './distortions.ts';

/** A clip, made worse in one way by one of five steps; `step` 0 is the original. */
export interface GradedShot {
  clip: string;
  distortion: string;
  step: number;
  shot: ShotMeasurements;
}

const FIXTURES = [
  'v-highway/video.mp4',
  'v-static-dog/video.mp4',
  'v-bedroom-kids/video.mp4',
  'v-yard-dog/video.mp4',
  'v-garden-hud/video.mp4',
  'v-pointcloud-holes/video.mp4',
  'ai-cogvideox-suv/video.mp4',
  'ai-cctrl-lake/video.gif',
];
const PROMPTS = {
  hallway: 'The camera walks forward down a long hallway',
  library: 'The camera slides sideways through a library',
} as const;
/** Small and short, so that ten clips by forty distortions are measured in minutes. */
const LONG_SIDE_PIXELS = 384;
const FRAMES = 40;
export const FAULT_FREE = new URL('../scenes/failure-models/fault-free.json', import.meta.url).pathname;

/** Takes without faults, one a prompt. @returns their videos by name. */
export async function makeTakes(
  prompts: Readonly<Record<string, string>>,
  folder: string,
  seconds = 2,
): Promise<Record<string, string>> {
  const provider = await createProvider('procedural');
  const videos: Record<string, string> = {};
  for (const [name, prompt] of Object.entries(prompts)) {
    const out = join(folder, name);
    const { takes } = await generate(prompt, {
      takes: 1,
      seconds,
      width: LONG_SIDE_PIXELS,
      height: 216,
      framesPerSecond: 24,
      provider,
      seed: 1,
      out,
      failureModel: FAULT_FREE,
    });
    videos[name] = takes[0]?.video ?? '';
  }
  return videos;
}

/**
 * Ten clips, each with the distortions named at five strengths, written as H.264 and measured. What is in `cache` is not
 * made or measured again: remove its .json when what is measured changes, its .mp4 when a distortion does.
 */
export async function* gradedShots(
  distortions: readonly string[],
  cache: string,
  note: (line: string) => void,
): AsyncGenerator<GradedShot> {
  await mkdir(cache, { recursive: true });
  const root = join(fixturesFolder(), 'videos');
  const videos: Record<string, string> = await makeTakes(PROMPTS, join(cache, 'takes'));
  for (const path of FIXTURES)
    if (existsSync(join(root, path))) videos[path.replace(/\/.*/, '')] = join(root, path);
    else note(`${path} is not there and left out`);
  const read = (video: string) => readClip(video, LONG_SIDE_PIXELS, FRAMES);
  for (const [index, [name, video]] of Object.entries(videos).entries()) {
    note(`${name}, ${index + 1} of ${Object.keys(videos).length}`);
    let clip: Clip | undefined;
    let other: Clip | undefined;
    for (const distortion of ['original', ...distortions]) {
      const strengths: readonly number[] = DISTORTIONS[distortion]?.strengths ?? [0];
      for (const [k, strength] of strengths.entries()) {
        const step = distortion === 'original' ? 0 : k + 1;
        const kept = join(cache, `${name}~${distortion}~${step}.json`);
        if (!existsSync(kept)) {
          const file = join(cache, `${name}~${distortion}~${step}.mp4`);
          if (!existsSync(file)) {
            clip ??= await read(video);
            other ??= await resized(await read(Object.values(videos)[index === 0 ? 1 : 0] ?? video), clip);
            const shown = step === 0 ? clip : await distort(distortion, clip, strength, other, name);
            const unfinished = join(cache, 'unfinished.mp4');
            await writeClip(unfinished, shown, DISTORTIONS[distortion]?.crf?.(strength));
            await rename(unfinished, file);
          }
          await writeFile(kept, JSON.stringify(await measureShot(file, { threads: 0 })));
        }
        const shot: ShotMeasurements = JSON.parse(await readFile(kept, 'utf8'));
        yield { clip: name, distortion, step, shot };
      }
    }
  }
}

async function resized(clip: Clip, like: Clip): Promise<Clip> {
  const frames: Uint8Array[] = [];
  for (const frame of clip.frames)
    frames.push(
      new Uint8Array(
        await sharp(frame, { raw: { width: clip.width, height: clip.height, channels: 3 } })
          .resize(like.width, like.height, { fit: 'fill' })
          .raw()
          .toBuffer(),
      ),
    );
  return { ...like, frames };
}
