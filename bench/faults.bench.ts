import { toDirectorError } from '../engine/errors.ts';
import { createRandom } from '../engine/random.ts';
import { WORLD_FAULT_TYPES, type WorldFaultType } from '../scenes/faults/worlds/worldFault.ts';
import { replayViolation } from '../sim/replay/replayViolation.ts';
import { runTest } from '../sim/run.ts';
import type { TestRun, Violation } from '../sim/types.ts';
import type { Bench, BenchFigure } from './bench.ts';
import { asLoaded, baseNames, baseWorld, faultedWorld, realNames } from './faults/faultWorlds.ts';
import { judgeFindings } from './faults/judgeFindings.ts';

const OPTIONS = { agents: 16, simulatedSeconds: 60, seed: 1 };
/** Every so many'th faulted world is a real one. */
const REAL_SHARE = 3;

interface Tally {
  worlds: number;
  found: number;
  wrong: number;
  repeated: number;
  seconds: number[];
}

/**
 * Plants faults of every type in sound worlds and counts what is found. Each world is named by base, type and seed; one
 * name is run again, with all its findings, by giving it as argument.
 */
export const bench: Bench = {
  summary:
    'faults planted in worlds: recall, precision and replay per type; arguments: how many worlds (default 325), the first seed, types, or the name of one world',
  async run(args, note, signal) {
    const named = args.find(arg => arg.includes('/'));
    if (named !== undefined) return showOne(named, note);
    const [count = 325, firstSeed = 1] = args.filter(arg => /^\d+$/.test(arg)).map(Number);
    const types = WORLD_FAULT_TYPES.filter(type => args.includes(type));
    const chosen = types.length > 0 ? types : WORLD_FAULT_TYPES;
    const replays = !args.includes('no-replay');
    const tallies = new Map<WorldFaultType, Tally>(
      WORLD_FAULT_TYPES.map(type => [type, { worlds: 0, found: 0, wrong: 0, repeated: 0, seconds: [] }]),
    );
    const twins = new Map<string, TestRun>();
    const twinOf = async (base: string): Promise<TestRun> => {
      const known = twins.get(base);
      if (known) return known;
      const sound = await asLoaded(base, (await baseWorld(base)).model);
      const run = await runTest(sound, { ...OPTIONS, signal });
      twins.set(base, run);
      return run;
    };
    let replayed = 0;
    let reproduced = 0;
    let shortest = 0;
    const scenes = baseNames(3).filter(name => name.includes('#'));
    const real = realNames();
    const perType = Math.ceil(count / chosen.length);
    for (const type of chosen) {
      if (signal.aborted) break;
      for (let k = 0; k < perType && !signal.aborted; k++) {
        const seed = firstSeed + k;
        const faulted = await plantSomewhere(type, seed, scenes, real);
        if (!faulted) {
          note(`${type} ${seed}: no world can have it`);
          continue;
        }
        const tally = tallies.get(type) as Tally;
        let twin: TestRun;
        let run: TestRun;
        try {
          twin = await twinOf(faulted.base);
          run = await runTest(faulted.world, { ...OPTIONS, signal });
        } catch (thrown) {
          if (signal.aborted) break;
          const { code, message } = toDirectorError(thrown);
          note(`BROKE  ${faulted.name}: ${code} ${message}`);
          tally.worlds++;
          continue;
        }
        const judged = judgeFindings(faulted.fault, run.violations, twin.violations);
        tally.worlds++;
        tally.seconds.push(run.wallSeconds);
        tally.repeated += judged.repeated.length;
        if (judged.found) tally.found++;
        else
          note(
            `MISSED ${faulted.name}: ${faulted.fault.how} at ${place(faulted.fault.position)}; found ${run.violations.map(brief).join('; ') || 'nothing'}`,
          );
        for (const wrong of judged.wrong) {
          (tallies.get(wrong.type) as Tally).wrong++;
          note(`WRONG  ${faulted.name}: ${brief(wrong)} ${wrong.message}`);
        }
        for (const other of judged.consequences) note(`beside ${faulted.name}: ${brief(other)}`);
        for (const other of judged.repeated) note(`again  ${faulted.name}: ${brief(other)}`);
        if (!replays || !judged.found || signal.aborted) continue;
        replayed++;
        const replay = await replayViolation(faulted.world, run, judged.found);
        if (replay.reproduced) reproduced++;
        else note(`REPLAY ${faulted.name}: ${replay.differences.join(' ')}`);
        if (replay.reproduced && replay.shortest) shortest++;
      }
      const { found, wrong, worlds } = tallies.get(type) as Tally;
      note(
        `${type}: ${found} of ${worlds} found, ${wrong} wrong so far; ${reproduced} of ${replayed} replayed`,
      );
    }
    const clean = [...twins.values()];
    const area = clean.reduce((sum, run) => sum + run.coverage.reachableArea, 0);
    const falseFindings = clean.flatMap(run => run.violations.filter(({ severity }) => severity !== 'info'));
    for (const run of clean)
      for (const violation of run.violations)
        note(`twin   ${run.world}: ${brief(violation)} ${violation.message}`);
    return figures(tallies, {
      replayed,
      reproduced,
      shortest,
      clean: clean.length,
      area,
      falseFindings: falseFindings.length,
    });
  },
};

async function plantSomewhere(
  type: WorldFaultType,
  seed: number,
  scenes: readonly string[],
  real: readonly string[],
) {
  const random = createRandom(`${seed}/${type}/base`);
  for (let attempt = 0; attempt < 12; attempt++) {
    const list = real.length > 0 && seed % REAL_SHARE === 0 && attempt < 6 ? real : scenes;
    const faulted = await faultedWorld(random.pick(list), type, seed);
    if (typeof faulted !== 'string') return faulted;
  }
  return undefined;
}

function figures(
  tallies: ReadonlyMap<WorldFaultType, Tally>,
  all: {
    replayed: number;
    reproduced: number;
    shortest: number;
    clean: number;
    area: number;
    falseFindings: number;
  },
): BenchFigure[] {
  const list: BenchFigure[] = [];
  let worlds = all.clean;
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
  const perThousand = all.area > 0 ? (1000 * all.falseFindings) / all.area : 0;
  const rate = all.replayed > 0 ? all.reproduced / all.replayed : 0;
  list.push({
    name: 'worlds',
    value: worlds,
    unit: `of them ${all.clean} sound`,
    target: '≥ 300',
    met: worlds >= 300,
  });
  list.push({
    name: 'false findings on sound worlds',
    value: Math.round(perThousand * 100) / 100,
    unit: `per 1,000 m² of ${all.area.toFixed(0)} m²`,
    target: '≤ 1',
    met: perThousand <= 1,
  });
  if (all.replayed > 0)
    list.push({
      name: 'replayed to the same type within 1 cm and one step',
      value: Math.round(rate * 1000) / 1000,
      unit: `of ${all.replayed}, ${all.shortest} from the shortest prefix`,
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
  const run = await runTest(faulted.world, OPTIONS);
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
