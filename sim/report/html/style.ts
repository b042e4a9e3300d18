/** Everything that the page looks like; the boxes above filter by :has, so that no script is needed. */
export const STYLE = `
:root { --text: #1c1d21; --fine: #5b5e68; --page: #fff; --line: #dfe1e6; --panel: #f5f6f8; --error: #b3261e; --warning: #8a5300; --info: #2b5fb0; --on: #fff; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e8e9ed; --fine: #a2a6b2; --page: #16171b; --line: #33353d; --panel: #1f2127; --error: #ff8a80; --warning: #f5b54a; --info: #8ab4f8; --on: #16171b; }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--text); background: var(--page); max-width: 76rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.6rem; margin: 0 0 1rem; }
h2 { font-size: 1.25rem; margin: 2.5rem 0 .75rem; overflow-wrap: anywhere; }
h3 { font-size: 1rem; margin: 1.5rem 0 .25rem; }
a { color: var(--info); }
:focus-visible { outline: 3px solid var(--info); outline-offset: 2px; }
.filter { display: flex; flex-wrap: wrap; gap: .4rem 1.25rem; border: 1px solid var(--line); border-radius: .5rem; padding: .4rem .9rem .6rem; margin: 0 0 1rem; }
.filter legend { color: var(--fine); font-size: .85rem; padding: 0 .3rem; }
.filter label { white-space: nowrap; cursor: pointer; }
.filter .error strong { color: var(--error); } .filter .warning strong { color: var(--warning); } .filter .info strong { color: var(--info); }
.facts { display: flex; flex-wrap: wrap; gap: .35rem 1.5rem; margin: 0 0 1rem; }
.facts dt { color: var(--fine); font-size: .8rem; }
.facts dd { margin: 0; font-weight: 600; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.map { margin: 0 0 1.25rem; }
.map svg { display: block; width: auto; height: auto; max-width: 100%; max-height: 85vh; min-width: min(100%, 30rem); background: var(--panel); border: 1px solid var(--line); border-radius: .5rem; }
.map.plain svg { max-height: 22rem; }
.plain .scale path { stroke: var(--fine); filter: none; } .plain .scale text { fill: var(--fine); stroke: none; }
.map .ground { fill: var(--panel); }
.cells.entered { fill: #2f8fff; fill-opacity: .3; }
.cells.missed { fill: #d9367c; fill-opacity: .55; }
.pin circle { stroke: #fff; stroke-width: 2; }
.pin text { fill: #fff; font: 700 14px system-ui, sans-serif; text-anchor: middle; dominant-baseline: central; }
.pin.error { --pin: #b3261e; } .pin.warning { --pin: #8a5300; } .pin.info { --pin: #2b5fb0; }
.pin circle { fill: var(--pin); } .pin .lead { stroke: #fff; stroke-width: 1.5; } .pin .dot { stroke-width: 1; }
.pin.known circle, .pin.passed-over circle { fill-opacity: .75; stroke-dasharray: 4 3; }
.pin:hover circle, .pin:focus-visible circle { stroke: #ffd400; stroke-width: 4; }
.pin:focus-visible { outline: none; }
.scale path { fill: none; stroke: #fff; stroke-width: 2; paint-order: stroke; filter: drop-shadow(0 0 1px #000); }
.scale text { fill: #fff; font: 600 14px system-ui, sans-serif; text-anchor: middle; paint-order: stroke; stroke: #0009; stroke-width: 3; }
figcaption { display: flex; flex-wrap: wrap; gap: .15rem 1.25rem; color: var(--fine); font-size: .85rem; margin-top: .4rem; }
.key { display: inline-block; width: .9em; height: .9em; border-radius: .15em; margin-right: .4em; vertical-align: -.05em; }
.key.entered { background: #7ab8ff; } .key.missed { background: #d9367c; }
.findings { list-style: none; margin: 0; padding: 0; }
.findings > li { border: 1px solid var(--line); border-left: 4px solid var(--severity); border-radius: .5rem; padding: .75rem 1rem; margin: 0 0 .75rem; }
.findings > li:target { box-shadow: 0 0 0 3px var(--severity); }
.findings h3 { display: flex; flex-wrap: wrap; align-items: center; gap: .2rem .6rem; margin: 0 0 .5rem; }
li.error { --severity: var(--error); } li.warning { --severity: var(--warning); } li.info { --severity: var(--info); }
.badge { display: inline-grid; place-items: center; min-width: 1.7em; height: 1.7em; padding: 0 .3em; border-radius: 1em; background: var(--severity); color: var(--on); font-size: .85rem; }
.type { color: var(--severity); font-weight: 500; font-size: .85rem; }
.mark { border: 1px solid var(--line); border-radius: 1em; padding: 0 .6em; font-size: .8rem; font-weight: 500; color: var(--fine); }
.mark.new { border-color: var(--severity); color: var(--severity); }
.body { display: grid; grid-template-columns: minmax(0, 480px) minmax(0, 1fr); gap: 1rem; }
.body > :only-child { grid-column: 1 / -1; }
.body p { margin: 0 0 .6rem; }
.picture { width: 100%; height: auto; border-radius: .35rem; display: block; overflow: hidden; }
.halo { fill: none; stroke: #000; stroke-opacity: .55; stroke-width: 4.5; }
.outline { fill: none; stroke: #ffd400; stroke-width: 1.75; }
.fine { color: var(--fine); font-size: .85rem; overflow-wrap: anywhere; }
.none { background: var(--panel); border-radius: .5rem; padding: 1rem; }
.failed { color: var(--error); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .4rem .75rem; border-bottom: 1px solid var(--line); font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
td:first-child { min-width: 14rem; }
th { color: var(--fine); font-weight: 500; font-size: .85rem; white-space: nowrap; }
pre { background: var(--panel); border: 1px solid var(--line); border-radius: .5rem; padding: .5rem .75rem; overflow-x: auto; font-size: .82rem; margin: .4rem 0; white-space: pre-wrap; overflow-wrap: anywhere; }
summary { color: var(--fine); cursor: pointer; font-size: .85rem; }
body:has(#show-error:not(:checked)) .finding.error, body:has(#show-warning:not(:checked)) .finding.warning, body:has(#show-info:not(:checked)) .finding.info, body:has(#show-known:not(:checked)) .finding.known, body:has(#show-passed-over:not(:checked)) .finding.passed-over { display: none; }
@media (max-width: 50rem) {
  .body { grid-template-columns: 1fr; }
  /* The map shrinks, fingers do not. */
  .pin circle:not(.dot) { r: 26px; } .pin text { font-size: 28px; } .scale text { font-size: 28px; }
}
@media print {
  :root { --text: #000; --fine: #444; --page: #fff; --line: #bbb; --panel: #f5f6f8; --error: #b3261e; --warning: #8a5300; --info: #2b5fb0; --on: #fff; }
  * { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
  body { max-width: none; padding: 0; font-size: 11px; }
  .filter { border: 0; padding: 0; } .filter input { display: none; }
  .findings > li, .map { break-inside: avoid; }
  .map svg { max-height: 60vh; }
  .body { grid-template-columns: 40% 1fr; }
  details::details-content { content-visibility: visible; height: auto; }
}
`;
