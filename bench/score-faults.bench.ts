import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { writeJsonAtomic } from '../engine/writeFileAtomic.ts';
import { renderTake } from '../pipeline/generate/procedural/renderTake.ts';
import { scoreVideo } from '../pipeline/score/score.ts';
import type { VideoViolation } from '../pipeline/score/scorecard.ts';
import type { FailureModel, FaultType } from '../scenes/faults/failureModel.ts';
import { type Bench, type BenchFigure, fixturesFolder, parseArguments } from './bench.ts';
import { type Box, type FaultVisibility, faultVisibility } from './takeFaults/faultVisibility.ts';

const TYPES = ['pop', 'morph', 'mover-crossing'] as const satisfies readonly FaultType[];
const PROMPTS = [
  'A robot walks down a hallway',
  'A cat sits in a library with tall shelves',
  'A courtyard with a fountain',
  'An old monk waits in a temple with stone columns',
  'A warehouse between crates',
  'A person stands on a street',
  'A train station hall with benches',
  'A cave with stalagmites',
  'A forest clearing with logs',
  'A living room with a sofa and a table',
];
const SIZES = {
  full: { width: 640, height: 360, framesPerSecond: 24, seconds: 4 },
  quick: { width: 480, height: 270, framesPerSecond: 12, seconds: 3 },
};
/** Real clips in which nothing is wrong of its own: whatever pops in them is a false finding. */
const SOUND = [
  'v-bedroom-kids',
  'v-garden-hud',
  'v-highway',
  'v-pointcloud-holes',
  'v-static-dog',
  'v-yard-dog',
];
/** A fault that covers less, or shows for a shorter time, is not asked for. */
const VISIBLE_AREA = 0.01;
const VISIBLE_SECONDS = 0.4;

const USAGE = '[seed=FIRST] [size=full|quick] [places=N]';
const argumentsSchema = z.strictObject({
  seed: z.coerce.number().int().min(0).default(1),
  size: z.enum(['full', 'quick']).default('quick'),
  places: z.coerce.number().int().min(1).max(PROMPTS.length).default(PROMPTS.length),
});

/** What pops, morphs and crosses in rendered takes, against what the scores find: the default failure model's other faults are there too. */
export const bench: Bench = {
  summary: `Recall and precision of the scores on takes with one pop, morph or crossing person each, in ten places. ${USAGE}`,
  async run(args, note, signal) {
    const named = Object.fromEntries(args.map(arg => arg.split('=')));
    const { seed, size, places } = parseArguments(argumentsSchema, named, USAGE);
    const folder = await mkdtemp(join(tmpdir(), 'sora-score-faults-'));
    const tally = {
      found: new Map<FaultType, number>(),
      visible: new Map<FaultType, number>(),
      right: 0,
      wrong: 0,
      clean: 0,
    };
    const add = (counts: Map<FaultType, number>, type: FaultType) =>
      counts.set(type, (counts.get(type) ?? 0) + 1);
    try {
      for (const [place, prompt] of PROMPTS.slice(0, places).entries())
        for (const type of [...TYPES, undefined]) {
          if (signal.aborted) break;
          const failureModel = await writeModel(folder, type);
          const request = { prompt, seed: seed + place, ...SIZES[size], failureModel };
          const video = join(folder, 'take.mp4');
          await renderTake(request, video, join(folder, 'take.truth'), { signal });
          const findings = held(await scoreVideo(video, { prompt, signal }));
          const [fault] = type ? await faultVisibility(request, [type]) : [];
          const hits = fault ? findings.filter(finding => isOf(finding, fault, request.framesPerSecond)) : [];
          if (fault && isVisible(fault, request.framesPerSecond)) {
            add(tally.visible, fault.type);
            if (hits.length > 0) add(tally.found, fault.type);
          }
          tally.right += hits.length;
          tally.wrong += findings.length - hits.length;
          if (!type) tally.clean += findings.length;
          note(
            `${prompt}, ${type ?? 'sound'}: ${findings.map(({ message }) => message).join(' ') || 'nothing'}`,
          );
        }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
    const figures: BenchFigure[] = TYPES.map(type => {
      const [found, visible] = [tally.found.get(type) ?? 0, tally.visible.get(type) ?? 0];
      return {
        name: `${type} found`,
        value: `${found} of ${visible}`,
        unit: 'that are visible',
        target: '≥ 60 %',
        met: found >= 0.6 * visible,
      };
    });
    const precision = tally.right / Math.max(1, tally.right + tally.wrong);
    return [
      ...figures,
      {
        name: 'precision',
        value: precision,
        unit: `of ${tally.right + tally.wrong} findings`,
        target: '≥ 0.9',
        met: precision >= 0.9,
      },
      {
        name: 'findings in takes without a fault',
        value: tally.clean,
        unit: '',
        target: '0',
        met: tally.clean === 0,
      },
      ...(await soundFigures(note, signal)),
    ];
  },
};

/** The default failure model with one of the three faults in every take, and the other two in none; or no fault at all. */
async function writeModel(folder: string, type: FaultType | undefined): Promise<string> {
  const path = join(folder, `${type ?? 'sound'}.json`);
  const url = new URL('../scenes/failure-models/default.json', import.meta.url);
  const model: FailureModel = JSON.parse(await readFile(url, 'utf8'));
  const others = Object.entries(model.faults).filter(
    ([name]) => !(TYPES as readonly string[]).includes(name),
  );
  const faults = type
    ? { ...Object.fromEntries(others), [type]: { ...model.faults[type], probability: 1, factors: {} } }
    : {};
  await mkdir(folder, { recursive: true });
  await writeJsonAtomic(path, { ...model, name: type ?? 'sound', faults });
  return path;
}

/** The findings of the two kinds that count against a take. */
function held({ violations }: { violations: readonly VideoViolation[] }): VideoViolation[] {
  return violations.filter(
    ({ type, severity, evidence }) => severity !== 'info' && (type === 'pop' || 'strayPixels' in evidence),
  );
}

/** The frames in which a thing appears or vanishes. */
function changes({ type, from, to, area }: FaultVisibility, framesPerSecond: number): number[] {
  if (type !== 'pop') return [];
  return [from, to]
    .map(time => Math.ceil(time * framesPerSecond - 1e-9))
    .filter(frame => frame > 0 && frame < area.length);
}

function isVisible(fault: FaultVisibility, framesPerSecond: number): boolean {
  const long = fault.area.filter(area => area >= VISIBLE_AREA).length >= VISIBLE_SECONDS * framesPerSecond;
  return (
    long &&
    (fault.type !== 'pop' || changes(fault, framesPerSecond).some(frame => fault.area[frame] >= VISIBLE_AREA))
  );
}

/** Whether a finding is at the time and the place of a fault. A person who is there all at once pops too. */
function isOf(finding: VideoViolation, fault: FaultVisibility, framesPerSecond: number): boolean {
  const { evidence } = finding;
  if (finding.type === 'pop') {
    const frame = Number(evidence['frame']);
    const near =
      fault.type === 'pop'
        ? changes(fault, framesPerSecond)
        : [fault.from, fault.to].map(time => Math.ceil(time * framesPerSecond - 1e-9));
    const box = fault.boxes[Math.min(frame, fault.boxes.length - 1)];
    return (
      near.some(at => Math.abs(at - frame) <= 1) &&
      (evidence['boxes'] as Box[]).some(each => box !== undefined && overlap(each, box))
    );
  }
  if (fault.type === 'pop') return false;
  const shared = fault.boxes
    .slice(Number(evidence['fromFrame']), Number(evidence['toFrame']) + 1)
    .filter(box => box && overlap(evidence['box'] as Box, box));
  return shared.length > 1;
}

function overlap(a: Box, b: Box): boolean {
  return Math.min(a[2], b[2]) > Math.max(a[0], b[0]) && Math.min(a[3], b[3]) > Math.max(a[1], b[1]);
}

async function soundFigures(note: (line: string) => void, signal: AbortSignal): Promise<BenchFigure[]> {
  let findings = 0;
  let clips = 0;
  for (const name of SOUND) {
    const video = join(fixturesFolder(), 'videos', name, 'video.mp4');
    if (!existsSync(video) || signal.aborted) continue;
    clips++;
    const found = held(await scoreVideo(video, { signal }));
    findings += found.length;
    for (const { message } of found) note(`${name}: ${message}`);
  }
  if (clips === 0) return [];
  return [
    {
      name: 'findings in sound real clips',
      value: findings,
      unit: `in ${clips}`,
      target: '0',
      met: findings === 0,
    },
  ];
}
