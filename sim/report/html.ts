import type { Severity, TestRun, Violation } from '../types.ts';
import type { TestReport } from './json.ts';

const RANK: Record<Severity, number> = { error: 0, warning: 1, info: 2 };

/**
 * The report as one page that needs nothing else: no script, no network, light and dark.
 * Coverage, the violations by gravity with their place and evidence, and how to see each run again.
 */
export function toHtml(report: TestReport): string {
  const runs = report.runs.map(describeRun).join('\n');
  const failed = (report.failed ?? [])
    .map(
      ({ world, error }) =>
        `<section><h2>${escapeHtml(world)}</h2><p class="error"><strong>${escapeHtml(error.code)}</strong> ${escapeHtml(error.message)}</p><p>${escapeHtml(error.suggestion)}</p></section>`,
    )
    .join('\n');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Test report: ${escapeHtml(report.runs.map(run => run.world).join(', ') || 'no run')}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>Test report</h1>
${runs}
${failed}
</body>
</html>
`;
}

function describeRun(run: TestRun): string {
  const { coverage } = run;
  const counts = { error: 0, warning: 0, info: 0 };
  for (const { severity } of run.violations) counts[severity]++;
  const facts: [string, string][] = [
    ['Errors', String(counts.error)],
    ['Warnings', String(counts.warning)],
    ['Remarks', String(counts.info)],
    ['Entered', `${(100 * coverage.ratio).toFixed(0)} % of ${coverage.reachableArea.toFixed(1)} m²`],
    ['Agents', String(run.agents)],
    ['Simulated', `${run.simulatedSeconds.toFixed(1)} s`],
    ['Took', `${run.wallSeconds.toFixed(1)} s`],
    ['Agent steps', run.agentSteps.toLocaleString('en')],
  ];
  const violations = [...run.violations].sort((a, b) => RANK[a.severity] - RANK[b.severity]);
  return `<section>
<h2>${escapeHtml(run.world)}</h2>
<dl>${facts.map(([name, value]) => `<div><dt>${name}</dt><dd>${escapeHtml(value)}</dd></div>`).join('')}</dl>
${violations.length === 0 ? '<p class="none">The agents found nothing wrong.</p>' : tableOf(violations)}
<h3>See it again</h3>
<p>The same world, seed and version give the same run, step for step:</p>
<pre>npx sora-director test ${escapeHtml(quoteForShell(run.world))} --agents ${run.agents} --seconds ${run.simulatedSeconds} --seed ${run.seed}</pre>
<p class="fine">state hash ${escapeHtml(run.stateHash)}</p>
</section>`;
}

function tableOf(violations: readonly Violation[]): string {
  const rows = violations.map(violation => {
    const where = violation.position.map(value => value.toFixed(2)).join(', ');
    const when =
      violation.time === undefined
        ? ''
        : `${violation.time.toFixed(2)} s${violation.agent === undefined ? '' : `, agent ${violation.agent}`}`;
    return `<tr>
<td class="${violation.severity}">${violation.severity}</td>
<td>${escapeHtml(violation.type)}<br><span class="fine">${escapeHtml(violation.id)}</span></td>
<td>${escapeHtml(violation.message)}${violation.object ? `<br><span class="fine">at ${escapeHtml(violation.object)}</span>` : ''}
<details><summary>evidence</summary><pre>${escapeHtml(JSON.stringify(violation.evidence, null, 2))}</pre></details></td>
<td class="number">${where}</td>
<td class="number">${escapeHtml(when)}</td>
<td class="number">${(100 * violation.confidence).toFixed(0)} %</td>
</tr>`;
  });
  return `<div class="scroll"><table>
<thead><tr><th>Severity</th><th>Type</th><th>What</th><th>x, y, z (m)</th><th>When</th><th>Sure</th></tr></thead>
<tbody>
${rows.join('\n')}
</tbody></table></div>`;
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

function quoteForShell(word: string): string {
  return /^[\w./:-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

const STYLE = `
:root { --text: #1c1d21; --fine: #61646e; --page: #fff; --line: #dfe1e6; --panel: #f5f6f8; --error: #b3261e; --warning: #8a5300; --info: #2b5fb0; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e8e9ed; --fine: #9a9eaa; --page: #16171b; --line: #33353d; --panel: #1f2127; --error: #ff8a80; --warning: #f5b54a; --info: #8ab4f8; }
}
body { font: 15px/1.5 system-ui, sans-serif; color: var(--text); background: var(--page); max-width: 72rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.6rem; margin: 0 0 1rem; }
h2 { font-size: 1.2rem; margin: 2rem 0 .75rem; overflow-wrap: anywhere; }
h3 { font-size: 1rem; margin: 1.5rem 0 .25rem; }
dl { display: flex; flex-wrap: wrap; gap: .5rem; margin: 0 0 1.25rem; }
dl div { background: var(--panel); border: 1px solid var(--line); border-radius: .5rem; padding: .4rem .8rem; }
dt { color: var(--fine); font-size: .8rem; }
dd { margin: 0; font-weight: 600; font-variant-numeric: tabular-nums; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .5rem .75rem; border-bottom: 1px solid var(--line); }
th { color: var(--fine); font-weight: 500; font-size: .85rem; white-space: nowrap; }
.number { font-variant-numeric: tabular-nums; white-space: nowrap; }
.error { color: var(--error); font-weight: 600; }
.warning { color: var(--warning); font-weight: 600; }
.info { color: var(--info); }
.fine { color: var(--fine); font-size: .8rem; overflow-wrap: anywhere; }
.none { background: var(--panel); border-radius: .5rem; padding: 1rem; }
pre { background: var(--panel); border: 1px solid var(--line); border-radius: .5rem; padding: .6rem .8rem; overflow-x: auto; font-size: .85rem; margin: .4rem 0; }
summary { color: var(--fine); cursor: pointer; font-size: .85rem; }
`;
