import type { IterationView } from '../../../server/api/types.ts';
import { SEVERITIES } from '../../ui/SeverityCounts.tsx';
import { type SeverityPoint, severitySeries } from './model/severitySeries.ts';

const HEIGHT = 84;
const BAR = 26;
const GAP = 18;
const LEFT = 26;
const FOOT = 18;

/** How much was found in each iteration, as bars; the same as a table for whoever does not see them. */
export function SeverityChart({ iterations }: { iterations: readonly IterationView[] }) {
  const points = severitySeries(iterations);
  if (!points.some(point => point.complete || sum(point) > 0)) return null;
  const most = Math.max(1, ...points.map(point => sum(point)));
  const width = LEFT + points.length * (BAR + GAP) + GAP;
  const scale = (HEIGHT - FOOT - 8) / most;
  return (
    <figure class="severity-chart">
      <figcaption class="small">Found in each iteration, takes and world</figcaption>
      <svg
        viewBox={`0 0 ${width} ${HEIGHT}`}
        style={{ width: `${width / 16}rem`, height: `${HEIGHT / 16}rem` }}
        class="chart"
        aria-hidden="true"
      >
        <line x1={LEFT} x2={width} y1={HEIGHT - FOOT} y2={HEIGHT - FOOT} class="chart-axis" />
        <text x={LEFT - 6} y={14} class="chart-label" text-anchor="end">
          {most}
        </text>
        <text x={LEFT - 6} y={HEIGHT - FOOT} class="chart-label" text-anchor="end">
          0
        </text>
        {points.map((point, index) => (
          <Bars key={point.iteration} point={point} x={LEFT + GAP + index * (BAR + GAP)} scale={scale} />
        ))}
      </svg>
      <details class="disclosure small">
        <summary>As a table</summary>
        <SeverityTable points={points} />
      </details>
    </figure>
  );
}

function Bars({ point, x, scale }: { point: SeverityPoint; x: number; scale: number }) {
  let top = HEIGHT - FOOT;
  return (
    <g opacity={point.complete ? 1 : 0.5}>
      {SEVERITIES.map(severity => {
        const height = point.total[severity] * scale;
        top -= height;
        return height > 0 ? (
          <rect key={severity} x={x} y={top} width={BAR} height={height} class={`chart-${severity}`} />
        ) : null;
      })}
      {sum(point) === 0 && point.complete ? (
        <path
          d={`M${x + 8} ${HEIGHT - FOOT - 9} l4 4 l7 -8`}
          class="chart-clean"
          fill="none"
          stroke-width="2"
        />
      ) : null}
      <text x={x + BAR / 2} y={HEIGHT - 4} class="chart-label" text-anchor="middle">
        {point.iteration}
      </text>
    </g>
  );
}

function SeverityTable({ points }: { points: readonly SeverityPoint[] }) {
  return (
    <div class="table-scroll">
      <table class="figures-table">
        <thead>
          <tr>
            <th scope="col">Iteration</th>
            <th scope="col">Errors</th>
            <th scope="col">Warnings</th>
            <th scope="col">Notes</th>
            <th scope="col">of these in the world</th>
          </tr>
        </thead>
        <tbody>
          {points.map(({ iteration, total, world }) => (
            <tr key={iteration}>
              <th scope="row">{iteration}</th>
              <td>{total.error}</td>
              <td>{total.warning}</td>
              <td>{total.info}</td>
              <td>{world ? world.error + world.warning + world.info : 'not tested'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function sum({ total }: SeverityPoint): number {
  return total.error + total.warning + total.info;
}
