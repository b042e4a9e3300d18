import { availableParallelism } from 'node:os';
import { DirectorError, toDirectorError } from '../engine/errors.ts';
import { WORLD_FAULT_TYPES, type WorldFaultType } from '../scenes/faults/worlds/worldFault.ts';
import { runTest } from '../sim/run.ts';
import type { TestRun, Violation } from '../sim/types.ts';
import type { Bench, BenchFigure } from './bench.ts';
import { FAULT_TEST } from './faults/faultJob.ts';
import { type FaultThread, withFaultThreads } from './faults/faultThreads.ts';
import { baseNames, faultedWorld, realNames } from './faults/faultWorlds.ts';
import { judgeFindings } from './faults/judgeFindings.ts';

interface Tally {
  worlds: number;
  found: number;
  wrong: number;
  repeated: number;
  seconds: number[];
}

interface Request {
  perType: number;
  firstSeed: number;
  types: readonly WorldFaultType[];
  threads: number;
  replays: boolean;
}

/**
 * Plants faults of every type in sound worlds and counts what is found. Each world is named by base, type and seed; one
 * name is run again, with all its findings, by giving it as argument. The figures, all but the seconds, are the same for
 * any number of threads.
 */
export const bench: Bench = {
  summary:
    'faults planted in worlds: recall, precision and replay per type; arguments: how many worlds (default 325), the first seed, types, threads=N, no-replay, or the name of one world',
  async run(args, note, signal) {
    const named = args.find(arg => arg.includes('/'));
    if (named !== undefined) return showOne(named, note);
    const { perType, firstSeed, types, threads, replays } = parse(args);
    const tallies = new Map<WorldFaultType, Tally>(
      WORLD_FAULT_TYPES.map(type => [type, { worlds: 0, found: 0, wrong: 0, repeated: 0, seconds: [] }]),
    );
    const twins: TestRun[] = [];
    const replay = { done: 0, reproduced: 0, shortest: 0 };
    const bases = { scenes: baseNames(3).filter(name => name.includes('#')), real: realNames() };
    const wanted = types.flatMap(type =>
      Array.from({ length: perType }, (_, k) => ({ type, seed: firstSeed + k })),
    );
    let next = 0;
    let ended = 0;
    const plantOne = async (thread: FaultThread, type: WorldFaultType, seed: number): Promise<void> => {
      const tally = tallies.get(type) as Tally;
      const faulted = await thread.plant(type, seed, bases);
      if (!faulted) {
        note(`${type} ${seed}: no world can have it`);
        return;
      }
      const { name, fault, run } = faulted;
      const twin = await thread.twin(faulted.base);
      const judged = judgeFindings(fault, run.violations, twin.violations);
      tally.worlds++;
      tally.seconds.push(run.wallSeconds);
      tally.repeated += judged.repeated.length;
      if (judged.found) tally.found++;
      else
        note(
          `MISSED ${name}: ${fault.how} at ${place(fault.position)}; found ${run.violations.map(brief).join('; ') || 'nothing'}`,
        );
      for (const wrong of judged.wrong) {
        (tallies.get(wrong.type) as Tally).wrong++;
        note(`WRONG  ${name}: ${brief(wrong)} ${wrong.message}`);
      }
      for (const other of judged.consequences) note(`beside ${name}: ${brief(other)}`);
      for (const other of judged.repeated) note(`again  ${name}: ${brief(other)}`);
      if (!replays || !judged.found || signal.aborted) return;
      const again = await thread.replay(type, seed, faulted, judged.found);
      replay.done++;
      if (again.reproduced) replay.reproduced++;
      else note(`REPLAY ${name}: ${again.differences.join(' ')}`);
      if (again.reproduced && again.shortest) replay.shortest++;
    };
    await withFaultThreads(
      Math.min(threads, wanted.length),
      signal,
      (base, run) => {
        twins.push(run);
        for (const violation of run.violations)
          note(`twin   ${base}: ${brief(violation)} ${violation.message}`);
      },
      async thread => {
        for (let index = next++; index < wanted.length && !signal.aborted; index = next++) {
          const { type, seed } = wanted[index];
          try {
            await plantOne(thread, type, seed);
          } catch (thrown) {
            if (signal.aborted) break;
            const { code, message } = toDirectorError(thrown);
            note(`BROKE  ${type} ${seed}: ${code} ${message}`);
            (tallies.get(type) as Tally).worlds++;
          }
          if (++ended % 20 === 0) note(`${ended} of ${wanted.length} worlds`);
        }
      },
    );
    return figures(tallies, twins, replay);
  },
};

function parse(args: readonly string[]): Request {
  const types = WORLD_FAULT_TYPES.filter(type => args.includes(type));
  const chosen = types.length > 0 ? types : WORLD_FAULT_TYPES;
  const numbers: number[] = [];
  let threads = availableParallelism();
  let replays = true;
  for (const arg of args) {
    const [, given] = /^threads=([1-9]\d*)$/.exec(arg) ?? [];
    if (/^\d+$/.test(arg)) numbers.push(Number(arg));
    else if (given !== undefined) threads = Number(given);
    else if (arg === 'no-replay') replays = false;
    else if (!(types as string[]).includes(arg))
      throw new DirectorError('USAGE', `The bench of faults does not know '${arg}'.`, {
        suggestion: `Give numbers, threads=N, no-replay, or of these types: ${WORLD_FAULT_TYPES.join(', ')}.`,
      });
  }
  const [count = 325, firstSeed = 1] = numbers;
  return { perType: Math.ceil(count / chosen.length), firstSeed, types: chosen, threads, replays };
}

function figures(
  tallies: ReadonlyMap<WorldFaultType, Tally>,
  twins: readonly TestRun[],
  replay: { done: number; reproduced: number; shortest: number },
): BenchFigure[] {
  const list: BenchFigure[] = [];
  let worlds = twins.length;
  for (const [type, { worlds: n, found, wrong, repeated, seconds }] of tallies) {
    worlds += n;
    if (n === 0 && wrong === 0) continue;
    const recall = n > 0 ? found / n : 1;
    const precision = found + wrong + repeated > 0 ? found / (found + wrong + repeated) : 1;
    const median = [...seconds].sort((a, b) => a - b)[seconds.length >> 1] ?? 0;
    list.push(
      {
        name: `${type}: recall`,
        value: Math.round(recall * 1000) / 1000,
        unit: `of ${n}, median ${median.toFixed(2)} s`,
        target: '≥ 0.95',
        met: recall >= 0.95,
      },
      {
        name: `${type}: precision`,
        value: Math.round(precision * 1000) / 1000,
        unit: `${wrong} wrong, ${repeated} twice`,
        target: '≥ 0.95',
        met: precision >= 0.95,
      },
    );
  }
  const area = twins.reduce((sum, run) => sum + run.coverage.reachableArea, 0);
  const falseFindings = twins.flatMap(run => run.violations.filter(({ severity }) => severity !== 'info'));
  const perThousand = area > 0 ? (1000 * falseFindings.length) / area : 0;
  const rate = replay.done > 0 ? replay.reproduced / replay.done : 0;
  list.push({
    name: 'worlds',
    value: worlds,
    unit: `of them ${twins.length} sound`,
    target: '≥ 300',
    met: worlds >= 300,
  });
  list.push({
    name: 'false findings on sound worlds',
    value: Math.round(perThousand * 100) / 100,
    unit: `per 1,000 m² of ${area.toFixed(0)} m²`,
    target: '≤ 1',
    met: perThousand <= 1,
  });
  if (replay.done > 0)
    list.push({
      name: 'replayed to the same type within 1 cm and one step',
      value: Math.round(rate * 1000) / 1000,
      unit: `of ${replay.done}, ${replay.shortest} from the shortest prefix`,
      target: '1',
      met: rate === 1,
    });
  return list;
}

async function showOne(name: string, note: (line: string) => void): Promise<BenchFigure[]> {
  const [base, type, seed] = name.split('/');
  const faulted = await faultedWorld(base, type as WorldFaultType, Number(seed));
  if (typeof faulted === 'string') {
    note(`${name}: ${faulted}`);
    return [];
  }
  const { fault } = faulted;
  note(`${fault.type}: ${fault.how} at ${place(fault.position)}, ${place(fault.extent)} m`);
  const run = await runTest(faulted.world, FAULT_TEST);
  for (const violation of run.violations)
    note(`${brief(violation)}: ${violation.message} ${JSON.stringify(violation.evidence)}`);
  const { found } = judgeFindings(fault, run.violations, []);
  return [{ name, value: found ? 'found' : 'missed', unit: `${run.wallSeconds} s` }];
}

function brief({ type, severity, position, object }: Violation): string {
  return `${severity} ${type} at ${place(position)}${object === undefined ? '' : ` (${object})`}`;
}

function place(point: readonly number[]): string {
  return point.map(value => value.toFixed(2)).join(', ');
}
