import type { Picture } from '../illustrate/illustration.ts';
import { replayCommand } from '../shellCommand.ts';
import { VIOLATION_HELP, type ViolationHelp } from '../violationHelp.ts';
import { escapeHtml } from './escapeHtml.ts';
import type { Pin } from './mapFigure.ts';

/** One violation: its picture, what it means, the numbers behind it, and how to see it again. */
export function findingCard({ violation, number, anchor }: Pin, picture: Picture | undefined): string {
  const { id, type, severity, confidence, position, extent, time, agent, object, message, evidence } =
    violation;
  // A report of another version may hold a type that this one does not know.
  const help = (VIOLATION_HELP as Record<string, ViolationHelp | undefined>)[type];
  const meters = (values: readonly number[]) => values.map(value => value.toFixed(2)).join(', ');
  const facts: [string, string][] = [
    ['Place', `${meters(position)} m`],
    ...(extent ? [['Size', `${meters(extent)} m`] as [string, string]] : []),
    ...(object === undefined ? [] : [['Object', object] as [string, string]]),
    ...(time === undefined
      ? []
      : [
          ['When', `${time.toFixed(2)} s${agent === undefined ? '' : `, agent ${agent}`}`] as [
            string,
            string,
          ],
        ]),
    ['Sure', `${(100 * confidence).toFixed(0)} %`],
  ];
  const marks = [
    violation.baseline === 'known' ? '<span class="mark">known</span>' : '',
    violation.baseline === 'new' ? '<span class="mark new">new</span>' : '',
    violation.suppressed === undefined
      ? ''
      : `<span class="mark" title="${escapeHtml(violation.suppressed)}">passed over</span>`,
  ].join('');
  const classes = `finding ${severity}${violation.baseline === 'known' ? ' known' : ''}${violation.suppressed === undefined ? '' : ' passed-over'}`;
  return `<li class="${classes}" id="${anchor}">
<h3><span class="badge">${number}</span>${escapeHtml(help?.title ?? type)}<span class="type">${severity} · ${escapeHtml(type)}</span>${marks}</h3>
<div class="body">
${picture ? pictureFigure(picture, message) : ''}
<div>
<p>${escapeHtml(message)}</p>
${violation.suppressed === undefined ? '' : `<p class="fine">Passed over: ${escapeHtml(violation.suppressed)}</p>`}
<dl class="facts">${facts.map(([name, value]) => `<div><dt>${name}</dt><dd>${escapeHtml(value)}</dd></div>`).join('')}</dl>
${help ? `<p class="fine">${escapeHtml(help.what)} <strong>What to do:</strong> ${escapeHtml(help.fix)}</p>` : ''}
<pre>${escapeHtml(replayCommand('report.json', violation))}</pre>
<details><summary>Evidence</summary><pre>${escapeHtml(JSON.stringify(evidence, null, 2))}</pre><p class="fine">${escapeHtml(id)}</p></details>
</div>
</div>
</li>`;
}

function pictureFigure({ image, widthPixels, heightPixels, at, edges }: Picture, message: string): string {
  const mark =
    edges.length > 0
      ? `<path d="${edges.map(([x0, y0, x1, y1]) => `M${x0} ${y0}L${x1} ${y1}`).join('')}"/>`
      : `<circle cx="${at[0]}" cy="${at[1]}" r="16"/>`;
  return `<svg class="picture" viewBox="0 0 ${widthPixels} ${heightPixels}" role="img" aria-label="Picture: ${escapeHtml(message)}"><image href="${image}" width="${widthPixels}" height="${heightPixels}"/><g class="halo">${mark}</g><g class="outline">${mark}</g></svg>`;
}
