import type { Severity, Violation } from '../types.ts';
import { escapeHtml } from './html/escapeHtml.ts';
import { findingCard } from './html/findingCard.ts';
import { mapFigure, type Pin } from './html/mapFigure.ts';
import { STYLE } from './html/style.ts';
import type { Illustration } from './illustrate/illustration.ts';
import type { ReportedRun, ReportedViolation, TestReport } from './json.ts';
import { testCommand } from './shellCommand.ts';
import { gravestFirst } from './verdict.ts';

const PLURAL: Record<Severity, string> = { error: 'Errors', warning: 'Warnings', info: 'Remarks' };

/**
 * The report as one page that needs nothing else: no script, no network, light and dark, to print and to be walked
 * by keyboard. A map with coverage and numbered pins, the violations by gravity with picture, meaning and evidence,
 * and how to see each again.
 * @param illustrations of the report's runs, in their order; without, the page has words and a map of places only.
 */
export function toHtml(
  report: TestReport,
  illustrations: readonly (Illustration | undefined)[] = [],
): string {
  const sections = report.runs.map((run, index) => describeRun(run, index, illustrations[index]));
  const failed = (report.failed ?? []).map(
    ({ world, error }) =>
      `<section><h2>${escapeHtml(world)}</h2><p class="failed"><strong>${escapeHtml(error.code)}</strong> ${escapeHtml(error.message)}</p><p>${escapeHtml(error.suggestion)}</p></section>`,
  );
  const names = [...report.runs, ...(report.failed ?? [])].map(run => run.world);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Test report: ${escapeHtml(names.slice(0, 3).join(', ') || 'no run')}${names.length > 3 ? ` and ${names.length - 3} more` : ''}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>Test report</h1>
${totals(report)}
${names.length > 1 ? contents(report) : ''}
${sections.join('\n')}
${failed.join('\n')}
</body>
</html>
`;
}

/** What there is altogether; the boxes hide and show it everywhere on the page. */
function totals(report: TestReport): string {
  const all = report.runs.flatMap(run => run.violations);
  const groups: [string, string, ReportedViolation[]][] = (['error', 'warning', 'info'] as const).map(
    severity => [severity, PLURAL[severity], all.filter(violation => violation.severity === severity)],
  );
  groups.push(
    ['known', 'Known before', all.filter(violation => violation.baseline === 'known')],
    ['passed-over', 'Passed over', all.filter(violation => violation.suppressed !== undefined)],
  );
  const boxes = groups
    .filter(([name, , list]) => list.length > 0 || name in PLURAL)
    .map(
      ([name, label, list]) =>
        `<label class="${name}"><input type="checkbox" id="show-${name}" checked> ${label} <strong>${list.length}</strong></label>`,
    );
  return `<fieldset class="filter"><legend>Show</legend>${boxes.join('')}</fieldset>`;
}

function contents(report: TestReport): string {
  const rows = report.runs.map((run, index) => {
    const count = (severity: Severity) =>
      run.violations.filter(violation => violation.severity === severity).length;
    return `<tr><td><a href="#run-${index + 1}">${escapeHtml(run.world)}</a></td><td>${count('error')}</td><td>${count('warning')}</td><td>${count('info')}</td><td>${(100 * run.coverage.ratio).toFixed(0)} %</td></tr>`;
  });
  for (const { world, error } of report.failed ?? [])
    rows.push(`<tr><td>${escapeHtml(world)}</td><td colspan="4">${escapeHtml(error.code)}</td></tr>`);
  return `<div class="scroll"><table><thead><tr><th>World</th><th>Errors</th><th>Warnings</th><th>Remarks</th><th>Entered</th></tr></thead><tbody>${rows.join('\n')}</tbody></table></div>`;
}

function describeRun(run: ReportedRun, index: number, illustration: Illustration | undefined): string {
  const { coverage } = run;
  const facts: [string, string][] = [
    ['Findings', String(run.violations.length)],
    ['Entered', `${(100 * coverage.ratio).toFixed(0)} % of ${coverage.reachableArea.toFixed(1)} m²`],
    ['Agents', String(run.agents)],
    ['Simulated', `${run.simulatedSeconds.toFixed(1)} s`],
    ['Took', `${run.wallSeconds.toFixed(1)} s`],
    ['Agent steps', run.agentSteps.toLocaleString('en')],
  ];
  const pins = gravestFirst(run.violations).map(
    (violation, i): Pin => ({ violation, number: i + 1, anchor: `run-${index + 1}-finding-${i + 1}` }),
  );
  const cards = pins.map(pin => findingCard(pin, illustration?.pictures[pin.violation.id]));
  const leftOut = illustration?.leftOut ?? [];
  return `<section id="run-${index + 1}">
<h2>${escapeHtml(run.world)}</h2>
<dl class="facts">${facts.map(([name, value]) => `<div><dt>${name}</dt><dd>${escapeHtml(value)}</dd></div>`).join('')}</dl>
${mapFigure(illustration?.map, pins)}
${leftOut.length > 0 ? `<p class="fine">Left out: ${escapeHtml(leftOut.join(' '))}</p>` : ''}
${cards.length === 0 ? '<p class="none">The agents found nothing wrong.</p>' : `<ol class="findings">${cards.join('\n')}</ol>`}
${run.gone ? goneList(run.gone) : ''}
<h3>See it again</h3>
<p>The same world, seed and version give the same run, step for step. A single finding is shown again by the command below it, beside this report's <code>report.json</code>.</p>
<pre>${escapeHtml(testCommand(run))}</pre>
<p class="fine">state hash ${escapeHtml(run.stateHash)}</p>
</section>`;
}

function goneList(gone: readonly Violation[]): string {
  if (gone.length === 0) return '<p class="fine">Nothing that the earlier report lists is gone.</p>';
  return `<h3>Gone since the earlier report</h3><ul>${gone.map(violation => `<li>${escapeHtml(violation.type)} at ${violation.position.map(value => value.toFixed(2)).join(', ')} m: ${escapeHtml(violation.message)}</li>`).join('\n')}</ul>`;
}
