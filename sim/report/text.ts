import type { ReportedRun, TestReport } from './json.ts';

/** The report as lines for a terminal. */
export function toText(report: TestReport): string {
  return [
    ...report.runs.flatMap(describeRun),
    ...(report.failed ?? []).map(({ world, error }) => `${world}: ${error.code}: ${error.message}`),
  ].join('\n');
}

function describeRun(run: ReportedRun): string[] {
  const { violations, gone } = run;
  const { reachableArea, ratio } = run.coverage;
  const known = violations.filter(({ baseline }) => baseline === 'known').length;
  const passedOver = violations.filter(({ suppressed }) => suppressed !== undefined).length;
  const parts = [
    violations.length === 0 ? 'nothing wrong' : `${violations.length} violation(s)`,
    ...(gone ? [`${violations.length - known} new, ${known} known, ${gone.length} gone`] : []),
    ...(passedOver > 0 ? [`${passedOver} passed over`] : []),
  ];
  return [
    `${run.world}: ${parts.join(', ')}; ${run.agents} agents entered ${(100 * ratio).toFixed(0)} % of ${reachableArea.toFixed(1)} m² in ${run.simulatedSeconds.toFixed(0)} simulated s (${run.wallSeconds.toFixed(1)} s)`,
    ...violations.map(({ severity, type, position, message, id, baseline, suppressed }) => {
      const mark = suppressed === undefined ? '' : ` [passed over: ${suppressed}]`;
      return `  ${severity.padEnd(7)} ${baseline === undefined ? '' : `${baseline.padEnd(5)} `}${type} at (${place(position)}): ${message}${mark} ${id}`;
    }),
    ...(gone ?? []).map(
      ({ type, position, message }) => `  gone    ${type} at (${place(position)}): ${message}`,
    ),
  ];
}

function place(position: readonly number[]): string {
  return position.map(value => value.toFixed(2)).join(', ');
}
