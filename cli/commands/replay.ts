import { z } from 'zod';
import { DirectorError } from '../../engine/errors.ts';
import { loadWorld } from '../../engine/world/loadWorld.ts';
import { mendWorld } from '../../sim/mendWorld.ts';
import { type ReplayResult, replayViolation } from '../../sim/replay/replayViolation.ts';
import type { ReportedRun, TestReport } from '../../sim/report/json.ts';
import { readReport } from '../../sim/report/readReport.ts';
import type { Violation } from '../../sim/types.ts';
import type { Command } from '../command.ts';
import { parseOptions, pathOption } from '../commandOptions.ts';

const optionsSchema = z.strictObject({
  violation: z.string(),
  world: pathOption.optional(),
  json: z.literal(true).optional(),
});

export const command: Command = {
  name: 'replay',
  summary: 'show a finding of a report again, from the shortest run that shows it',
  arguments: '<report>',
  options: [
    { flags: '--violation <id>', description: 'the finding, as the report names it' },
    { flags: '--world <world>', description: 'where the world lies now, if not where the report says' },
  ],
  async run([path], typed, context) {
    const options = parseOptions(optionsSchema, typed);
    const report = await readReport(path);
    const { run, violation } = findViolation(report, options.violation, options.world);
    const world = mendWorld(await loadWorld(options.world ?? run.world, { decodeImages: false }), run.mend);
    const result = await replayViolation(world, run, violation, {
      signal: context.signal,
      onProgress: context.onProgress,
    });
    return { exit: result.reproduced ? 0 : 1, json: result, text: describe(result) };
  },
};

/** @throws UNKNOWN_ID; USAGE where several worlds have it and none is named. */
function findViolation(
  report: TestReport,
  id: string,
  world: string | undefined,
): { run: ReportedRun; violation: Violation } {
  const found = report.runs.flatMap(run => {
    const violation = run.violations.find(each => each.id === id);
    return violation ? [{ run, violation }] : [];
  });
  if (found.length === 0) {
    const ids = report.runs.flatMap(run => run.violations.map(violation => violation.id));
    throw new DirectorError('UNKNOWN_ID', `The report has no violation ${id}.`, {
      suggestion:
        ids.length === 0
          ? 'It has none at all.'
          : `It has ${ids.slice(0, 8).join(', ')}${ids.length > 8 ? ` and ${ids.length - 8} more` : ''}.`,
    });
  }
  const [chosen] = found.length === 1 ? found : found.filter(({ run }) => run.world === world);
  if (!chosen)
    throw new DirectorError('USAGE', `${found.length} worlds of the report have ${id}.`, {
      suggestion: `Add --world with one of ${found.map(({ run }) => run.world).join(', ')}.`,
    });
  return chosen;
}

function describe({
  reproduced,
  recorded,
  found,
  simulatedSeconds,
  shortest,
  differences,
}: ReplayResult): string {
  const length = `${simulatedSeconds.toFixed(2)} simulated s${shortest ? '' : ', the whole run'}`;
  return [
    `${reproduced ? 'reproduced' : 'not reproduced'} (${length})`,
    `  recorded ${describeFinding(recorded)}`,
    `  found    ${found ? describeFinding(found) : 'nothing of the type'}`,
    ...differences.map(difference => `  ${difference}`),
  ].join('\n');
}

function describeFinding({ type, position, object, replay, message }: Violation): string {
  const place = position.map(value => value.toFixed(3)).join(', ');
  const when = replay.step === undefined ? '' : ` at step ${replay.step} by agent ${replay.agent}`;
  return `${type} at (${place})${when}${object === undefined ? '' : `, ${object}`}: ${message}`;
}
