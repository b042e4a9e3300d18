import type { Severity, Violation } from '../types.ts';
import type { TestReport } from './json.ts';

const RANK: Record<Severity, number> = { info: 0, warning: 1, error: 2 };

export type FailOn = 'error' | 'warning' | 'never';

/** Whether a violation is grave enough to fail the test. */
export function fails(violation: Violation, failOn: FailOn): boolean {
  return failOn !== 'never' && RANK[violation.severity] >= RANK[failOn];
}

/**
 * JUnit XML in the form that CI systems agree on: one testsuite per world with the world as its file, one
 * failing testcase per violation; violations below the bar are passing cases with their text in system-out,
 * so that they show without failing the build; a world without violations is one passing case.
 */
export function toJunit(report: TestReport, failOn: FailOn): string {
  const suites: string[] = [];
  let tests = 0;
  let failures = 0;
  for (const run of report.runs) {
    const cases = run.violations.map(violation => {
      const name = `${violation.type} at (${violation.position.map(value => value.toFixed(2)).join(', ')})`;
      const open = `    <testcase name="${escapeXml(name)}" classname="${escapeXml(violation.type)}" file="${escapeXml(run.world)}" time="0">`;
      const text = escapeXml(JSON.stringify(violation, null, 2));
      const body = fails(violation, failOn)
        ? `<failure message="${escapeXml(violation.message)}" type="${escapeXml(violation.severity)}">${text}</failure>`
        : `<system-out>${text}</system-out>`;
      return `${open}\n      ${body}\n    </testcase>`;
    });
    const failed = run.violations.filter(violation => fails(violation, failOn)).length;
    if (cases.length === 0)
      cases.push(
        `    <testcase name="no violations" classname="world" file="${escapeXml(run.world)}" time="${run.wallSeconds.toFixed(3)}"/>`,
      );
    tests += cases.length;
    failures += failed;
    suites.push(
      `  <testsuite name="${escapeXml(run.world)}" file="${escapeXml(run.world)}" tests="${cases.length}" failures="${failed}" errors="0" skipped="0" time="${run.wallSeconds.toFixed(3)}">\n${cases.join('\n')}\n  </testsuite>`,
    );
  }
  const failedWorlds = report.failed ?? [];
  for (const { world, error } of failedWorlds) {
    tests++;
    suites.push(
      `  <testsuite name="${escapeXml(world)}" file="${escapeXml(world)}" tests="1" failures="0" errors="1" skipped="0" time="0">\n    <testcase name="can be read" classname="world" file="${escapeXml(world)}" time="0">\n      <error message="${escapeXml(error.message)}" type="${escapeXml(error.code)}">${escapeXml(error.suggestion)}</error>\n    </testcase>\n  </testsuite>`,
    );
  }
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="sora-director test" tests="${tests}" failures="${failures}" errors="${failedWorlds.length}">\n${suites.join('\n')}\n</testsuites>\n`;
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
