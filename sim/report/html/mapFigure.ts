import type { CellRow, WorldMap } from '../illustrate/illustration.ts';
import type { ReportedViolation } from '../json.ts';
import { escapeHtml } from './escapeHtml.ts';

export interface Pin {
  violation: ReportedViolation;
  /** As the list numbers it, from 1. */
  number: number;
  /** Of its entry in the list, for links. */
  anchor: string;
}

/** Map pixels. */
const PIN_RADIUS = 13;
const SCALE_BAR_METERS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];
/** Share of the map's width that the scale bar takes at most. */
const SCALE_BAR_SHARE = 0.2;
/** Where no run was drawn: room around the pins, metres. */
const PLAIN_MARGIN_METERS = 3;
const PLAIN_PIXELS = 700;

/** The world from above with coverage and a numbered pin for each violation, each a link into the list. */
export function mapFigure(drawn: WorldMap | undefined, pins: readonly Pin[]): string {
  const map = drawn ?? plainMap(pins);
  if (!map) return '';
  const { widthPixels: width, heightPixels: height, pixelsPerMeter } = map;
  const picture = map.image
    ? `<image href="${map.image}" width="${width}" height="${height}" preserveAspectRatio="none"/>`
    : `<rect class="ground" width="${width}" height="${height}"/>`;
  const scale = SCALE_BAR_METERS.findLast(meters => meters * pixelsPerMeter <= SCALE_BAR_SHARE * width);
  const bar = scale
    ? `<g class="scale" transform="translate(16 ${height - 18})"><path d="M0 -6V0H${scale * pixelsPerMeter}V-6"/><text x="${(scale * pixelsPerMeter) / 2}" y="-10">${scale} m</text></g>`
    : '';
  const legend = [
    map.entered.length > 0 ? '<span class="key entered"></span>entered by agents' : '',
    map.missed.length > 0 ? '<span class="key missed"></span>could be come to, was not entered' : '',
    '+X is to the right, +Z down',
    map.cutAtMeters === undefined ? '' : `cut open at a height of ${map.cutAtMeters} m`,
    drawn ? '' : 'only the places of the findings: the run was not drawn',
  ].filter(text => text !== '');
  return `<figure class="map${drawn ? '' : ' plain'}">
<svg viewBox="0 0 ${width} ${height}" role="group" aria-label="Map from above with ${pins.length} ${pins.length === 1 ? 'finding' : 'findings'}">
${picture}
<path class="cells entered" d="${cellPath(map, map.entered)}"/>
<path class="cells missed" d="${cellPath(map, map.missed)}"/>
${placePins(map, pins).join('\n')}
${bar}
</svg>
<figcaption>${legend.map(text => `<span>${text}</span>`).join('')}</figcaption>
</figure>`;
}

function plainMap(pins: readonly Pin[]): WorldMap | undefined {
  if (pins.length === 0) return undefined;
  const xs = pins.map(pin => pin.violation.position[0]);
  const zs = pins.map(pin => pin.violation.position[2]);
  const minX = Math.min(...xs) - PLAIN_MARGIN_METERS;
  const minZ = Math.min(...zs) - PLAIN_MARGIN_METERS;
  const sideX = Math.max(...xs) - minX + PLAIN_MARGIN_METERS;
  const sideZ = Math.max(...zs) - minZ + PLAIN_MARGIN_METERS;
  const pixelsPerMeter = PLAIN_PIXELS / Math.max(sideX, sideZ);
  return {
    widthPixels: Math.round(sideX * pixelsPerMeter),
    heightPixels: Math.round(sideZ * pixelsPerMeter),
    minX,
    minZ,
    pixelsPerMeter,
    cellMeters: 0,
    entered: [],
    missed: [],
  };
}

function cellPath({ minX, minZ, pixelsPerMeter, cellMeters }: WorldMap, rows: readonly CellRow[]): string {
  const side = round(cellMeters * pixelsPerMeter);
  return rows
    .map(([x, z, cells]) => {
      const length = round(cells * cellMeters * pixelsPerMeter);
      return `M${round((x - minX) * pixelsPerMeter)} ${round((z - minZ) * pixelsPerMeter)}h${length}v${side}h${-length}z`;
    })
    .join('');
}

/** Pins that would cover one another stand aside, each on a line to its place. */
function placePins(map: WorldMap, pins: readonly Pin[]): string[] {
  const taken: [number, number][] = [];
  return pins.map(({ violation, number, anchor }) => {
    const x = (violation.position[0] - map.minX) * map.pixelsPerMeter;
    const y = (violation.position[2] - map.minZ) * map.pixelsPerMeter;
    let [pinX, pinY] = [x, y];
    // A sunflower of places outward: the golden angle never lines up with itself.
    for (let turn = 1; taken.some(([a, b]) => Math.hypot(a - pinX, b - pinY) < 2 * PIN_RADIUS + 2); turn++) {
      const reach = PIN_RADIUS * (1.6 + 0.35 * turn);
      pinX = clamp(x + reach * Math.cos(2.39996 * turn), map.widthPixels);
      pinY = clamp(y + reach * Math.sin(2.39996 * turn), map.heightPixels);
      if (turn > 200) break;
    }
    taken.push([pinX, pinY]);
    const name = `${number}: ${violation.severity}, ${violation.type}. ${violation.message}`;
    const line =
      pinX === x && pinY === y
        ? ''
        : `<path class="lead" d="M${round(x)} ${round(y)}L${round(pinX)} ${round(pinY)}"/><circle class="dot" cx="${round(x)}" cy="${round(y)}" r="3"/>`;
    return `<a class="pin finding ${violation.severity}${violation.baseline === 'known' ? ' known' : ''}${violation.suppressed === undefined ? '' : ' passed-over'}" href="#${anchor}" aria-label="${escapeHtml(name)}">${line}<circle cx="${round(pinX)}" cy="${round(pinY)}" r="${PIN_RADIUS}"/><text x="${round(pinX)}" y="${round(pinY)}">${number}</text><title>${escapeHtml(name)}</title></a>`;
  });
}

function clamp(value: number, size: number): number {
  return Math.min(size - PIN_RADIUS, Math.max(PIN_RADIUS, value));
}

function round(pixels: number): number {
  return Math.round(10 * pixels) / 10;
}
