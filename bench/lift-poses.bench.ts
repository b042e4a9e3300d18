import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { toDirectorError } from '../engine/errors.ts';
import { fovOfFocal } from '../pipeline/lift/poses/estimateFocal.ts';
import {
  DRAFT_DETAIL,
  estimatePoses,
  FULL_DETAIL,
  type PoseDetail,
} from '../pipeline/lift/poses/estimatePoses.ts';
import type { CameraFromWorld } from '../pipeline/lift/types.ts';
import { type Bench, type BenchFigure, fixturesFolder } from './bench.ts';
import { type PoseAuc, poseAuc } from './metrics/poseAuc.ts';
import { readOpenCvPoses, readWorldCameras } from './metrics/readPoses.ts';
import { colmapPoses, colmapVersion } from './peers/colmap.ts';

interface Clip {
  name: string;
  video: string;
  poses: Map<number, CameraFromWorld>;
  fovDegrees: number;
}

interface Outcome {
  /** undefined where no model was found. */
  accuracy?: PoseAuc;
  registered: number;
  fovDegrees?: number;
  wallSeconds: number;
  /** Of this process and its children; undefined where the system does not tell. */
  cpuSeconds?: number | undefined;
  /** Why there is no model. */
  refusal?: string;
}

/** Real clips with known cameras, which no repository may carry. */
const CLIPS = ['v-re10k-0bf152', 'v-re10k-0f6837', 'v-re10k-2c80f9', 'v-kitti-2'];
/** The lift works on this size, so the peer gets it too. */
const LONG_SIDE_PIXELS = 640;
/** Means over real clips and over takes whose truth is exact; the least that any clip may have. */
const REAL_MEAN_TARGET = 70;
const TAKE_MEAN_TARGET = 90;
const LEAST_AUC30 = 85;

async function fixtureClips(names: readonly string[]): Promise<Clip[]> {
  const clips: Clip[] = [];
  for (const name of names) {
    const folder = join(fixturesFolder(), 'internal', name);
    if (!existsSync(folder)) continue;
    const file = JSON.parse(await readFile(join(folder, 'gt_poses.json'), 'utf8'));
    clips.push({
      name,
      video: join(folder, 'video.mp4'),
      poses: readOpenCvPoses(file),
      fovDegrees: fovOfFocal(file.K.fx, file.K.w),
    });
  }
  return clips;
}

/** A take of the procedural provider: its truth folder lies beside it. */
async function takeClip(video: string): Promise<Clip> {
  const cameras = JSON.parse(
    await readFile(join(video.replace(/\.[^.]+$/, '.truth'), 'cameras.json'), 'utf8'),
  );
  return {
    name: `${basename(dirname(video))}/${basename(video)}`,
    video,
    poses: readWorldCameras(cameras),
    fovDegrees: fovOfFocal(cameras[0].fx, cameras[0].width),
  };
}

/** CPU seconds so far of this process and of its children that have ended (proc(5), stat fields 14 to 17, 100 a second). */
function cpuClock(): number | undefined {
  if (!existsSync('/proc/self/stat')) return undefined;
  const fields = readFileSync('/proc/self/stat', 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / 100;
}

async function timed(work: () => Promise<Omit<Outcome, 'wallSeconds' | 'cpuSeconds'>>): Promise<Outcome> {
  const cpu = cpuClock();
  const started = performance.now();
  const outcome = await work();
  const wallSeconds = (performance.now() - started) / 1000;
  const cpuNow = cpuClock();
  return {
    ...outcome,
    wallSeconds,
    cpuSeconds: cpu === undefined || cpuNow === undefined ? undefined : cpuNow - cpu,
  };
}

function runOurs(clip: Clip, detail: PoseDetail): Promise<Outcome> {
  return timed(async () => {
    try {
      const { frames, intrinsics } = await estimatePoses(clip.video, { detail });
      const poses = new Map(frames.map(({ frame, cameraFromWorld }) => [frame, cameraFromWorld]));
      return {
        accuracy: poseAuc(poses, clip.poses),
        registered: frames.length,
        fovDegrees: fovOfFocal(intrinsics.fx, intrinsics.width),
      };
    } catch (thrown) {
      const error = toDirectorError(thrown);
      if (!error.code.startsWith('LIFT_')) throw error;
      return { registered: 0, refusal: `${error.code}: ${error.message}` };
    }
  });
}

function runPeer(clip: Clip): Promise<Outcome> {
  return timed(async () => {
    const model = await colmapPoses(clip.video, LONG_SIDE_PIXELS);
    if (!model) return { registered: 0, refusal: 'no model' };
    return {
      accuracy: poseAuc(model.poses, clip.poses),
      registered: model.poses.size,
      fovDegrees: fovOfFocal(model.focalPixels, model.widthPixels),
    };
  });
}

function describe(who: string, clip: Clip, outcome: Outcome): string {
  const { accuracy, registered, fovDegrees, wallSeconds, cpuSeconds, refusal } = outcome;
  const cpu = cpuSeconds === undefined ? '' : ` (${cpuSeconds.toFixed(1)} s CPU)`;
  const time = `${wallSeconds.toFixed(1)} s${cpu}`;
  if (!accuracy || fovDegrees === undefined) return `${clip.name}: ${who}: ${refusal}, ${time}`;
  const areas = [accuracy.auc5, accuracy.auc10, accuracy.auc30].map(value => value.toFixed(1)).join('/');
  return `${clip.name}: ${who}: ${registered} of ${clip.poses.size} frames, AUC@5/10/30 ${areas}, fov ${fovDegrees.toFixed(1)}° (true ${clip.fovDegrees.toFixed(1)}°), ${time}`;
}

function figuresOf(prefix: string, clip: Clip, outcome: Outcome, isHeld: boolean): BenchFigure[] {
  const auc30 = outcome.accuracy?.auc30 ?? 0;
  const held = isHeld ? { target: `≥ ${LEAST_AUC30}`, met: auc30 >= LEAST_AUC30 } : {};
  return [
    { name: `${prefix} registered`, value: (100 * outcome.registered) / clip.poses.size, unit: '%' },
    { name: `${prefix} AUC@5°`, value: outcome.accuracy?.auc5 ?? 0, unit: '%' },
    { name: `${prefix} AUC@30°`, value: auc30, unit: '%', ...held },
    ...(outcome.fovDegrees === undefined
      ? []
      : [{ name: `${prefix} fov error`, value: outcome.fovDegrees - clip.fovDegrees, unit: '°' }]),
    { name: `${prefix} wall`, value: outcome.wallSeconds, unit: 's' },
    ...(outcome.cpuSeconds === undefined
      ? []
      : [{ name: `${prefix} CPU`, value: outcome.cpuSeconds, unit: 's' }]),
  ];
}

function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

export const bench: Bench = {
  summary:
    'cameras and focal length from video: AUC, field of view, seconds, beside COLMAP where it is installed (--no-colmap leaves it out), --draft as in a draft lift; names of clips, or TAKES… with a truth folder, instead of all real clips',
  async run(args, note) {
    const given = args.filter(arg => !arg.startsWith('--'));
    const videos = given.filter(arg => !CLIPS.includes(arg));
    const names = given.filter(arg => CLIPS.includes(arg));
    const clips = [
      ...(await fixtureClips(given.length > 0 ? names : CLIPS)),
      ...(await Promise.all(videos.map(takeClip))),
    ];
    if (clips.length === 0) {
      note('no clips: the fixtures are absent; give takes of the procedural provider by path');
      return [];
    }
    const peer = args.includes('--no-colmap') ? undefined : colmapVersion();
    note(
      peer
        ? `beside ${peer}, on the CPU, focal length unknown to both`
        : args.includes('--no-colmap')
          ? 'without COLMAP, as asked'
          : 'COLMAP is not on the PATH (apt-get install colmap): no comparison',
    );
    const figures: BenchFigure[] = [];
    const ours: Outcome[] = [];
    const theirs: Outcome[] = [];
    for (const clip of clips) {
      const outcome = await runOurs(clip, args.includes('--draft') ? DRAFT_DETAIL : FULL_DETAIL);
      ours.push(outcome);
      note(describe('ours', clip, outcome));
      figures.push(...figuresOf(clip.name, clip, outcome, true));
      if (!peer) continue;
      const other = await runPeer(clip);
      theirs.push(other);
      note(describe(peer, clip, other));
      figures.push(...figuresOf(`${clip.name} COLMAP`, clip, other, false));
      figures.push({
        name: `${clip.name} wall, ours / COLMAP`,
        value: outcome.wallSeconds / other.wallSeconds,
        unit: '×',
      });
    }
    const target = videos.length === clips.length ? TAKE_MEAN_TARGET : REAL_MEAN_TARGET;
    const auc5 = mean(ours.map(outcome => outcome.accuracy?.auc5 ?? 0));
    figures.push({ name: 'mean AUC@5°', value: auc5, unit: '%', target: `≥ ${target}`, met: auc5 >= target });
    if (theirs.length > 0)
      figures.push(
        {
          name: 'mean AUC@5° COLMAP',
          value: mean(theirs.map(outcome => outcome.accuracy?.auc5 ?? 0)),
          unit: '%',
        },
        {
          name: 'sum of wall, ours / COLMAP',
          value:
            mean(ours.map(outcome => outcome.wallSeconds)) / mean(theirs.map(outcome => outcome.wallSeconds)),
          unit: '×',
        },
      );
    return figures;
  },
};
