import { existsSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toDirectorError } from '../engine/errors.ts';
import { estimatePoses } from '../pipeline/lift/poses/estimatePoses.ts';
import type { CameraFromWorld } from '../pipeline/lift/types.ts';
import { type Bench, type BenchFigure, fixturesFolder } from './bench.ts';
import { poseAuc } from './metrics/poseAuc.ts';
import { readOpenCvPoses, readWorldCameras } from './metrics/readPoses.ts';
import { type Expected, KINDS, PLACES, writeSyntheticClip } from './robust/syntheticClips.ts';
import { VARIANTS } from './robust/variants.ts';

interface Trial {
  name: string;
  video: string;
  expected: Expected | undefined;
  poses?: ReadonlyMap<number, CameraFromWorld>;
  /** True focal length in pixels of the shown video. */
  focal?: number;
}

interface Outcome extends Trial {
  code: string;
  isRight: boolean | undefined;
  auc5?: number;
}

/** Clips that looking at them says to refuse, and for what (docs/lift-robust.md). All others show parallax. */
const FIXTURES: Record<string, Expected> = {
  'v-static-dog': ['LIFT_NO_PARALLAX'],
  'ai-opensora-tokyo': ['LIFT_NO_PARALLAX', 'LIFT_MOSTLY_MOVING'],
  'ai-cctrl-emptyroom': ['LIFT_INCONSISTENT'],
  'ai-cctrl-lake': ['LIFT_INCONSISTENT'],
  'ai-cctrl-livingroom': ['LIFT_INCONSISTENT'],
  'ai-cogvideox-suv': ['LIFT_INCONSISTENT'],
  'ai-opensora-forest-road': ['LIFT_INCONSISTENT'],
};

async function judge(trial: Trial, note: (line: string) => void): Promise<Outcome> {
  const before = process.cpuUsage().user;
  const seconds = () => `${((process.cpuUsage().user - before) / 1e6).toFixed(1)} s CPU`;
  const { name, video, expected, poses, focal } = trial;
  try {
    const sparse = await estimatePoses(video, { seed: 1 });
    const isRight = expected === undefined ? undefined : expected === 'lifted';
    const { frames, framesTotal, picture, intrinsics, masks } = sparse;
    const auc5 = poses && poseAuc(new Map(frames.map(f => [f.frame, f.cameraFromWorld])), poses).auc5;
    const found = picture ? (intrinsics.fx * picture.crop.width) / intrinsics.width : intrinsics.fx;
    const movers = [...(masks?.movers.values() ?? [])];
    const moving =
      movers.reduce((sum, cells) => sum + cells.reduce((a, b) => a + b, 0) / cells.length, 0) / frames.length;
    note(
      `${name}: lifted, ${frames.length}/${framesTotal} frames${auc5 === undefined ? '' : `, AUC@5° ${auc5.toFixed(1)}`}${
        focal ? `, focal ${(100 * (found / focal - 1)).toFixed(1)} %` : ''
      }, overlays ${masks?.overlays.length ?? 0}, movers ${(100 * moving).toFixed(1)} %, ${seconds()}`,
    );
    return { ...trial, code: 'lifted', isRight, ...(auc5 === undefined ? {} : { auc5 }) };
  } catch (thrown) {
    const { code, message } = toDirectorError(thrown);
    if (!code.startsWith('LIFT_')) throw thrown;
    note(`${name}: ${code}: ${message} (${seconds()})`);
    const isRight = expected === undefined ? undefined : expected !== 'lifted' && expected.includes(code);
    return { ...trial, code, isRight };
  }
}

async function* fixtureTrials(): AsyncGenerator<Trial> {
  const root = join(fixturesFolder(), 'videos');
  if (!existsSync(root)) return;
  for (const name of readdirSync(root).sort()) {
    const file = readdirSync(join(root, name)).find(each => each.startsWith('video.'));
    if (file) yield { name, video: join(root, name, file), expected: FIXTURES[name] ?? 'lifted' };
  }
}

const ROOMS = ['v-re10k-0f6837', 'v-re10k-0bf152', 'v-re10k-2c80f9'];

async function* variantTrials(
  folder: string,
  count: number,
  only: string | undefined,
): AsyncGenerator<Trial> {
  const root = join(fixturesFolder(), 'internal');
  const rooms = ROOMS.filter(room => existsSync(join(root, room)));
  for (const [i, room] of rooms.slice(0, count).entries()) {
    const clip = join(root, room, 'video.mp4');
    const truth = JSON.parse(await readFile(join(root, room, 'gt_poses.json'), 'utf8'));
    const poses = readOpenCvPoses(truth);
    const other = join(root, rooms[(i + 1) % rooms.length], 'video.mp4');
    yield { name: `${room}, as it is`, video: clip, expected: 'lifted', poses, focal: truth.K.fx };
    for (const variant of VARIANTS) {
      if (only !== undefined && variant.name !== only) continue;
      const extension = variant.name === 'GIF' ? 'gif' : variant.name === 'WebM' ? 'webm' : 'mp4';
      const video = join(folder, `${room}-${variant.name.replaceAll(' ', '-')}.${extension}`);
      const notes = `${video}.json`;
      if (!existsSync(notes)) await writeFile(notes, JSON.stringify(await variant.write(clip, video, other)));
      const { frameOf, focalFactor } = JSON.parse(await readFile(notes, 'utf8'));
      const shown = new Map<number, CameraFromWorld>();
      const seen = new Set<number>();
      for (const [frame, original] of (frameOf as number[]).entries()) {
        const pose = poses.get(original);
        // A repeated frame is left out of the lift on purpose.
        if (pose && !seen.has(original)) shown.set(frame, pose);
        seen.add(original);
      }
      yield {
        name: `${room}, ${variant.name}`,
        video,
        expected: variant.expected,
        poses: shown,
        focal: truth.K.fx * (focalFactor ?? 3840 / truth.K.w),
      };
    }
  }
}

async function* syntheticTrials(
  folder: string,
  seeds: number[],
  only: string | undefined,
): AsyncGenerator<Trial> {
  for (const kind of KINDS)
    for (const seed of seeds) {
      if (only !== undefined && kind.name !== only) continue;
      const place = PLACES[(seed + KINDS.indexOf(kind)) % PLACES.length];
      const video = join(folder, `${kind.name.replaceAll(/[ ,]+/g, '-')}-${seed}.mp4`);
      const notes = `${video}.json`;
      if (!existsSync(notes))
        await writeFile(notes, JSON.stringify(await writeSyntheticClip(video, kind, place, seed)));
      const cameras = JSON.parse(await readFile(notes, 'utf8'));
      const trial = { name: `${kind.name}: ${place} ${seed}`, video, expected: kind.expected };
      yield kind.expected === 'lifted'
        ? { ...trial, poses: readWorldCameras(cameras), focal: cameras[0].fx }
        : trial;
    }
}

/**
 * Arguments: parts to run (fixtures, variants, synthetic; all), `seeds=1-4`, `rooms=1` to 3 of which variants are made, `only=NAME` of one variant or kind,
 * `folder=DIR` that keeps the clips made.
 */
export const bench: Bench = {
  summary:
    'what is lifted, what is refused and why: fixtures, distorted variants, made clips [parts] [seeds=1-4]',
  async run(args, note) {
    const optionOf = (name: string) => args.find(arg => arg.startsWith(`${name}=`))?.slice(name.length + 1);
    const given = optionOf('folder');
    const only = optionOf('only');
    const [from, to] = (optionOf('seeds') ?? '1-3').split('-').map(Number);
    const seeds = Array.from({ length: (to ?? from) - from + 1 }, (_, i) => from + i);
    const parts = ['fixtures', 'variants', 'synthetic'].filter(part => args.includes(part));
    const isWanted = (part: string) => parts.length === 0 || parts.includes(part);
    const folder = given ?? (await mkdtemp(join(tmpdir(), 'sora-robust-')));
    await mkdir(folder, { recursive: true });
    const outcomes: Outcome[] = [];
    try {
      if (isWanted('fixtures'))
        for await (const trial of fixtureTrials()) outcomes.push(await judge(trial, note));
      if (isWanted('variants'))
        for await (const trial of variantTrials(folder, Number(optionOf('rooms') ?? 1), only))
          outcomes.push(await judge(trial, note));
      if (isWanted('synthetic'))
        for await (const trial of syntheticTrials(folder, seeds, only))
          outcomes.push(await judge(trial, note));
    } finally {
      if (given === undefined) await rm(folder, { recursive: true, force: true });
    }
    return summarize(outcomes, note);
  },
};

function summarize(outcomes: readonly Outcome[], note: (line: string) => void): BenchFigure[] {
  const known = outcomes.filter(({ isRight }) => isRight !== undefined);
  const liftable = known.filter(({ expected }) => expected === 'lifted');
  const others = known.filter(({ expected }) => expected !== 'lifted');
  const table = new Map<string, number>();
  for (const { expected, code } of known) {
    const cell = `${expected === 'lifted' ? 'lifted' : expected?.[0]} → ${code}`;
    table.set(cell, (table.get(cell) ?? 0) + 1);
  }
  for (const [cell, count] of [...table].sort()) note(`${cell}: ${count}`);
  for (const { name, code } of known.filter(({ isRight }) => !isRight)) note(`wrong: ${name}: ${code}`);
  const refused = liftable.filter(({ isRight }) => !isRight).length;
  const passed = others.filter(({ code }) => code === 'lifted').length;
  const right = others.filter(({ isRight }) => isRight).length;
  const aucs = liftable.map(({ auc5 }) => auc5).filter(auc => auc !== undefined);
  return [
    { name: 'liftable clips', value: liftable.length, unit: '' },
    { name: 'of them refused', value: refused, unit: '', target: '0', met: refused === 0 },
    { name: 'clips to refuse', value: others.length, unit: '' },
    { name: 'of them lifted', value: passed, unit: '', target: '0', met: passed === 0 },
    { name: 'of them refused with the right code', value: right, unit: '' },
    ...(aucs.length > 0
      ? [
          {
            name: 'mean AUC@5° of clips with truth',
            value: aucs.reduce((a, b) => a + b, 0) / aucs.length,
            unit: '%',
          },
          { name: 'least AUC@5°', value: Math.min(...aucs), unit: '%' },
        ]
      : []),
  ];
}
