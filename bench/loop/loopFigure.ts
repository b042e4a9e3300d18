const WIDTH = 720;
const HEIGHT = 320;
const MARGIN = { left: 56, right: 270, top: 24, bottom: 44 };
/** Told apart without colour too: each line has its own dashes and its name at its end. */
const LINES = [
  { color: '#1f2937', dash: '' },
  { color: '#b45309', dash: '2 4' },
  { color: '#0369a1', dash: '7 4' },
  { color: '#15803d', dash: '12 3 2 3' },
  { color: '#7e22ce', dash: '1 3 1 8' },
];

const mean = (values: readonly number[]) => values.reduce((sum, each) => sum + each, 0) / values.length;

/**
 * A line for each arm: the mean over its productions after each iteration, as SVG.
 * @param arms of each production its values, iteration by iteration. @param seconds of video in an iteration
 */
export function loopFigure(
  arms: ReadonlyMap<string, readonly (readonly number[])[]>,
  seconds: number,
  title: string,
): string {
  const lines = [...arms].map(([arm, found]) => ({
    arm,
    values: (found[0] ?? []).map((_, i) => mean(found.map(each => each[i] ?? 0))),
  }));
  const count = lines[0]?.values.length ?? 1;
  const top = Math.max(0.5, Math.ceil(2 * Math.max(...lines.flatMap(({ values }) => values))) / 2);
  const x = (index: number) =>
    MARGIN.left + (index * (WIDTH - MARGIN.left - MARGIN.right)) / Math.max(1, count - 1);
  const y = (value: number) => HEIGHT - MARGIN.bottom - (value / top) * (HEIGHT - MARGIN.top - MARGIN.bottom);
  const grid = Array.from({ length: 5 }, (_, i) => (top * i) / 4)
    .map(
      value =>
        `<line x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${y(value).toFixed(1)}" y2="${y(value).toFixed(1)}" stroke="#d1d5db"/><text x="${MARGIN.left - 8}" y="${(y(value) + 4).toFixed(1)}" text-anchor="end">${value.toFixed(2)}</text>`,
    )
    .join('');
  const ticks = Array.from(
    { length: count },
    (_, i) =>
      `<text x="${x(i).toFixed(1)}" y="${HEIGHT - 24}" text-anchor="middle">${i + 1} (≤ ${seconds * (i + 1)} s)</text>`,
  ).join('');
  // Names that would lie over one another are moved apart.
  const places = spread(lines.map(({ values }) => y(values.at(-1) ?? 0)));
  const drawn = lines
    .map(({ arm, values }, index) => {
      const style = LINES[index % LINES.length];
      const points = values.map((value, i) => `${x(i).toFixed(1)},${y(value).toFixed(1)}`).join(' ');
      const dash = style?.dash ? ` stroke-dasharray="${style.dash}"` : '';
      return `<polyline points="${points}" fill="none" stroke="${style?.color}" stroke-width="2.5"${dash}/><text x="${x(count - 1) + 8}" y="${((places[index] ?? 0) + 4).toFixed(1)}" fill="${style?.color}">${arm} ${values.at(-1)?.toFixed(2)}</text>`;
    })
    .join('');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="system-ui, sans-serif" font-size="12" fill="#374151" role="img" aria-label="${title}"><rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/><text x="${MARGIN.left}" y="14">${title}</text>${grid}${ticks}<text x="${(MARGIN.left + WIDTH - MARGIN.right) / 2}" y="${HEIGHT - 6}" text-anchor="middle">iterations (seconds of video)</text>${drawn}</svg>
`;
}

const LINE_HEIGHT = 14;

/** From the bottom up, so that none leaves the figure where many end at nothing. */
function spread(places: readonly number[]): number[] {
  const order = places.map((place, index) => ({ place, index })).sort((a, b) => b.place - a.place);
  let highest = Number.POSITIVE_INFINITY;
  const result = [...places];
  for (const { place, index } of order) {
    highest = Math.min(place, highest - LINE_HEIGHT);
    result[index] = highest;
  }
  return result;
}
