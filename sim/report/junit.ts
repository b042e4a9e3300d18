import type { FailedRun } from '../types.ts';
import type { ReportedRun, ReportedViolation, TestReport } from './json.ts';
import { replayCommand, testCommand } from './shellCommand.ts';
import { type FailOn, fails } from './verdict.ts';

/** One testsuite, with what it adds to the totals. */
interface Suite {
  tests: number;
  failures: number;
  errors: number;
  skipped: number;
  seconds: number;
  xml: string;
}

/**
 * JUnit XML in the form that CI systems agree on: one testsuite per world with the world as its file; a world that
 * was tested is a case of its own, and so is each violation, failing or not. Violations below the bar and known ones
 * pass with their text in system-out, those that the configuration passes over are skipped, so that all of them show
 * and only what should fail the build does. Names hold the violation's id, so that a service that follows a case from
 * build to build (Jenkins, GitLab) follows the defect.
 */
export function toJunit(report: TestReport, failOn: FailOn): string {
  const suites = [
    ...report.runs.map(run => suiteOfRun(run, failOn)),
    ...(report.failed ?? []).map(suiteOfFailure),
  ];
  const total = (key: 'tests' | 'failures' | 'errors' | 'skipped') =>
    `${key}="${suites.reduce((sum, suite) => sum + suite[key], 0)}"`;
  const seconds = suites.reduce((sum, suite) => sum + suite.seconds, 0).toFixed(3);
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="sora-director test" ${total('tests')} ${total('failures')} ${total('errors')} ${total('skipped')} time="${seconds}">
${suites.map(suite => suite.xml).join('\n')}
</testsuites>
`;
}

function suiteOfRun(run: ReportedRun, failOn: FailOn): Suite {
  const file = attribute(run.world);
  const failures = run.violations.filter(violation => fails(violation, failOn)).length;
  const skipped = run.violations.filter(violation => violation.suppressed !== undefined).length;
  const { reachableArea, enteredArea } = run.coverage;
  const cases = [
    // Its time is the world's: a service that adds up the cases' times arrives at the suite's.
    `    <testcase name="was tested" classname="world" file="${file}" time="${run.wallSeconds.toFixed(3)}"/>`,
    ...run.violations.map(violation => caseOf(run, violation, failOn)),
  ];
  const properties = {
    seed: run.seed,
    agents: run.agents,
    simulatedSeconds: run.simulatedSeconds,
    reachableSquareMeters: reachableArea.toFixed(1),
    enteredSquareMeters: enteredArea.toFixed(1),
    stateHash: run.stateHash,
    ...(run.gone && { gone: run.gone.map(violation => violation.id).join(' ') }),
  };
  const counts = { tests: cases.length, failures, errors: 0, skipped, seconds: run.wallSeconds };
  return {
    ...counts,
    xml: suite(run.world, counts, [
      '    <properties>',
      ...Object.entries(properties).map(
        ([name, value]) => `      <property name="${name}" value="${attribute(String(value))}"/>`,
      ),
      '    </properties>',
      ...cases,
    ]),
  };
}

function caseOf(run: ReportedRun, violation: ReportedViolation, failOn: FailOn): string {
  const { id, type, severity, message, object, baseline, suppressed } = violation;
  const where = `(${violation.position.map(value => value.toFixed(2)).join(', ')})`;
  const name = object === undefined ? `${type} [${id}]` : `${type}: ${object} [${id}]`;
  const text = escapeXml(
    [
      `${severity}${baseline ? `, ${baseline}` : ''}: ${message}`,
      `at ${where} m${object === undefined ? '' : `, ${object}`}; ${Math.round(100 * violation.confidence)} % sure`,
      `again: ${replayCommand('report.json', violation)}`,
      `all:   ${testCommand(run)}`,
      JSON.stringify(violation.evidence),
    ].join('\n'),
  );
  const body =
    suppressed !== undefined
      ? `<skipped message="${attribute(suppressed)}"/>\n      <system-out>${text}</system-out>`
      : fails(violation, failOn)
        ? `<failure message="${attribute(`${message} At ${where}.`)}" type="${attribute(severity)}">${text}</failure>`
        : `<system-out>${text}</system-out>`;
  return `    <testcase name="${attribute(name)}" classname="${attribute(type)}" file="${attribute(run.world)}" time="0">
      ${body}
    </testcase>`;
}

function suiteOfFailure({ world, error }: FailedRun): Suite {
  const counts = { tests: 1, failures: 0, errors: 1, skipped: 0, seconds: 0 };
  return {
    ...counts,
    xml: suite(world, counts, [
      `    <testcase name="was tested" classname="world" file="${attribute(world)}" time="0">`,
      `      <error message="${attribute(error.message)}" type="${attribute(error.code)}">${escapeXml(error.suggestion)}</error>`,
      '    </testcase>',
    ]),
  };
}

function suite(world: string, counts: Omit<Suite, 'xml'>, lines: string[]): string {
  const { tests, failures, errors, skipped, seconds } = counts;
  const name = attribute(world);
  return `  <testsuite name="${name}" file="${name}" tests="${tests}" failures="${failures}" errors="${errors}" skipped="${skipped}" time="${seconds.toFixed(3)}">
${lines.join('\n')}
  </testsuite>`;
}

/** A reader turns line breaks in attributes into spaces. */
function attribute(text: string): string {
  return escapeXml(text).replace(/\r?\n/g, '&#10;');
}

/** Escapes markup and drops what XML 1.0 cannot hold at all. */
function escapeXml(text: string): string {
  return text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
    .replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '');
}
