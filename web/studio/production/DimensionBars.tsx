import type { TakeView } from '../../../server/api/types.ts';
import { counted, measured, spaced, takeTitle } from '../../ui/words.ts';

type Dimensions = NonNullable<TakeView['dimensions']>;

/** The lowest scores are what a take is judged by; the others can be asked for. */
const SHOWN = 6;

/** Each dimension as a bar, with the measurement behind it and how it differs from the take it is compared with. */
export function DimensionBars(props: {
  dimensions: Dimensions;
  differences: Record<string, number>;
  comparedWith: string | null;
}) {
  const entries = inOrder(props.dimensions);
  const lowest = new Set(
    [...entries]
      .sort(([, a], [, b]) => a.score - b.score)
      .slice(0, SHOWN)
      .map(([name]) => name),
  );
  const weakest = entries.reduce((least, [, { score }]) => Math.min(least, score), 1);
  const others = entries.filter(([name]) => !lowest.has(name));
  return (
    <div>
      <DimensionTable {...props} weakest={weakest} entries={entries.filter(([name]) => lowest.has(name))} />
      {others.length > 0 ? (
        <details class="more-dimensions">
          <summary class="small">{counted(others.length, 'better score')}</summary>
          <DimensionTable {...props} weakest={weakest} entries={others} />
        </details>
      ) : null}
    </div>
  );
}

function DimensionTable(props: {
  entries: [string, Dimensions[string]][];
  /** The lowest score of the take. */
  weakest: number;
  differences: Record<string, number>;
  comparedWith: string | null;
}) {
  const { entries, weakest, differences, comparedWith } = props;
  return (
    <table class="dimensions">
      <caption class="visually-hidden">Scores, 0 to 1, higher is better</caption>
      <thead>
        <tr class="visually-hidden">
          <th scope="col">Dimension and measurement</th>
          <th scope="col">Score</th>
          <th scope="col">{comparedWith ? `Against ${takeTitle(comparedWith)}` : 'Difference'}</th>
        </tr>
      </thead>
      <tbody>
        {entries.map(([name, { score, value, unit, confidence }]) => (
          <tr key={name} class={score === weakest && score < 0.9 ? 'weakest' : ''}>
            <th scope="row">
              <span class="dimension-name">{spaced(name)}</span>
              <span class="dimension-bar" aria-hidden="true">
                <span style={{ transform: `scaleX(${score})`, opacity: String(0.35 + 0.65 * confidence) }} />
              </span>
              <span class="dimension-measured">
                <span class="figures">{measured(value)}</span> {unit}
                {confidence < 0.995 ? (
                  <>
                    {' · '}confidence <span class="figures">{confidence.toFixed(2)}</span>
                  </>
                ) : null}
              </span>
            </th>
            <td class="figures">{score.toFixed(2)}</td>
            <td class="figures difference">
              <Difference value={differences[name]} />
            </td>
          </tr>
        ))}
      </tbody>
      {comparedWith ? (
        <tfoot>
          <tr>
            <td colSpan={3} class="soft">
              ± against {takeTitle(comparedWith)}
            </td>
          </tr>
        </tfoot>
      ) : null}
    </table>
  );
}

/** The same order beside each other, whatever order they were stored in: that of docs/scores.md. */
const ORDER = [
  ...['sharpness', 'exposure', 'noise', 'blockiness', 'banding', 'deadPixels', 'overlays'],
  ...['flicker', 'motionSmoothness', 'freezes', 'cuts', 'cameraShake', 'dynamicDegree'],
  ...['epipolarConsistency', 'photometricConsistency', 'objectPermanence', 'parallax', 'movers'],
  ...['loudness', 'avSync'],
];

function inOrder<Value>(dimensions: Record<string, Value>): [string, Value][] {
  const place = (name: string) => (ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length);
  return Object.entries(dimensions).sort(([a], [b]) => place(a) - place(b) || a.localeCompare(b));
}

function Difference({ value }: { value: number | undefined }) {
  if (value === undefined) return null;
  if (Math.abs(value) < 0.005) return <span class="soft">=</span>;
  return (
    <span class={value > 0 ? 'better' : 'worse'}>
      {value > 0 ? '+' : '−'}
      {Math.abs(value).toFixed(2)}
    </span>
  );
}
