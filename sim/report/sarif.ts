import { isAbsolute } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Severity, Violation } from '../types.ts';
import type { ReportedRun, ReportedViolation, TestReport } from './json.ts';
import { replayCommand, testCommand } from './shellCommand.ts';
import { VIOLATION_HELP, type ViolationHelp } from './violationHelp.ts';

const LEVEL: Record<Severity, 'error' | 'warning' | 'note'> = {
  error: 'error',
  warning: 'warning',
  info: 'note',
};
const RULES = Object.entries<ViolationHelp>(VIOLATION_HELP).sort(([a], [b]) => (a < b ? -1 : 1));
const RULE_INDEX = new Map(RULES.map(([type], index) => [type, index]));

/**
 * The report as SARIF 2.1.0 (OASIS, 2020), one run for all worlds: each violation type a rule, each violation a
 * result at the world's file and at the object in it. What an earlier report says goes into baselineState, what the
 * configuration passes over into suppressions; worlds that could not be tested are notifications of the tool.
 * @param version of the tool that made it.
 */
export function toSarif(report: TestReport, version: string): string {
  const failed = report.failed ?? [];
  const sarif = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: { name: 'sora-director', version, semanticVersion: version, rules: RULES.map(rule) },
        },
        invocations: [
          {
            executionSuccessful: failed.length === 0,
            toolExecutionNotifications: failed.map(({ world, error }) => ({
              level: 'error',
              descriptor: { id: error.code },
              message: { text: `${world}: ${error.message} ${error.suggestion}` },
              locations: [{ physicalLocation: physicalLocation(world) }],
            })),
          },
        ],
        columnKind: 'utf16CodeUnits',
        results: report.runs.flatMap(run => [
          ...run.violations.map(violation => result(run, violation)),
          ...(run.gone ?? []).map(violation => ({ ...result(run, violation), baselineState: 'absent' })),
        ]),
      },
    ],
  };
  return `${JSON.stringify(sarif, null, 2)}\n`;
}

function rule([type, { title, what, fix, severity }]: [string, ViolationHelp]) {
  return {
    id: type,
    name: type.replace(/(?:^|-)([a-z])/g, (_all, letter: string) => letter.toUpperCase()),
    shortDescription: { text: `${title}.` },
    fullDescription: { text: what },
    help: { text: `${what}\n\n${fix}`, markdown: `${what}\n\n**What to do:** ${fix}` },
    defaultConfiguration: { level: LEVEL[severity] },
  };
}

function result(run: ReportedRun, violation: ReportedViolation) {
  const { id, type, severity, confidence, object, baseline, suppressed } = violation;
  const ruleIndex = RULE_INDEX.get(type);
  return {
    ruleId: type,
    ...(ruleIndex !== undefined && { ruleIndex }),
    level: LEVEL[severity],
    message: { text: violation.message },
    rank: Math.round(1000 * confidence) / 10,
    locations: [
      {
        physicalLocation: physicalLocation(run.world),
        ...(object !== undefined && {
          logicalLocations: [{ name: object, fullyQualifiedName: `${run.world}#${object}`, kind: 'object' }],
        }),
        message: { text: `at x, y, z = ${violation.position.join(', ')} m` },
      },
    ],
    fingerprints: { 'violationId/v1': id },
    // What code scanning services take to tell one alert from another; the file's path is part of theirs already.
    partialFingerprints: { primaryLocationLineHash: id },
    ...(baseline && { baselineState: baseline === 'new' ? 'new' : 'unchanged' }),
    ...(suppressed !== undefined && { suppressions: [{ kind: 'external', justification: suppressed }] }),
    properties: {
      id,
      position: violation.position,
      ...optional(violation, 'extent', 'time', 'agent'),
      confidence,
      evidence: violation.evidence,
      replay: {
        ...violation.replay,
        command: testCommand(run),
        findingCommand: replayCommand('report.json', violation),
      },
    },
  };
}

function optional(violation: Violation, ...keys: (keyof Violation)[]) {
  return Object.fromEntries(
    keys.filter(key => violation[key] !== undefined).map(key => [key, violation[key]]),
  );
}

/** A world folder stands under its world.json; services that show lines want one. */
function physicalLocation(world: string) {
  const isFile = /\.(?:glb|gltf)$/i.test(world);
  const path = isFile ? world : `${world.replace(/[/\\]+$/, '')}/world.json`;
  const artifactLocation = isAbsolute(path)
    ? { uri: pathToFileURL(path).href }
    : { uri: path.split(/[/\\]/).map(encodeURIComponent).join('/'), uriBaseId: '%SRCROOT%' };
  return { artifactLocation, region: { startLine: 1 } };
}
