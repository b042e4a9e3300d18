import { useEffect, useRef, useState } from 'preact/hooks';
import type { ViolationView } from '../../../server/api/types.ts';
import { SEVERITIES, SEVERITY_SIGNS, severityWords } from '../../ui/SeverityCounts.tsx';
import { duration, spaced } from '../../ui/words.ts';

/** What was found, the worst first. Choosing one brings the view there; choosing it again lets go of it. */
export function ViolationList(props: {
  violations: readonly ViolationView[];
  selected: string | null;
  onSelect(id: string | null): void;
}) {
  const { violations, selected, onSelect } = props;
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    list.current?.querySelector('[aria-pressed=true]')?.scrollIntoView({ block: 'nearest' });
  }, [selected]);
  if (violations.length === 0)
    return (
      <div class="notice">
        <p>
          <strong>Nothing found.</strong> The agents walked wherever a body can and met nothing that is wrong.
        </p>
      </div>
    );
  const shown = sortBySeverity(violations).filter(({ severity }) => !hidden.has(severity));
  return (
    <div class="violations">
      <fieldset class="row severity-filters">
        <legend class="visually-hidden">Shown severities</legend>
        {SEVERITIES.map(severity => {
          const count = violations.filter(one => one.severity === severity).length;
          if (count === 0) return null;
          return (
            <button
              key={severity}
              type="button"
              class={`severity ${severity} severity-filter`}
              aria-pressed={!hidden.has(severity)}
              onClick={() => setHidden(toggled(hidden, severity))}
            >
              <span aria-hidden="true">{SEVERITY_SIGNS[severity]}</span>
              {severityWords(severity, count)}
            </button>
          );
        })}
      </fieldset>
      <ul class="violation-list" ref={list}>
        {shown.map(violation => (
          <li key={violation.id}>
            <button
              type="button"
              class="violation"
              aria-pressed={violation.id === selected}
              onClick={() => onSelect(violation.id === selected ? null : violation.id)}
            >
              <span class={`sign ${violation.severity}`}>
                <span aria-hidden="true">{SEVERITY_SIGNS[violation.severity]}</span>
                <span class="visually-hidden">{violation.severity}</span>
              </span>
              <span class="violation-words">
                <strong>{spaced(violation.type)}</strong>
                <span>{violation.message}</span>
                <span class="violation-place figures soft">{placeWords(violation)}</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

function sortBySeverity(violations: readonly ViolationView[]): ViolationView[] {
  return [...violations].sort(
    (a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) || b.confidence - a.confidence,
  );
}

function placeWords({ position, time, agent, object, confidence }: ViolationView): string {
  const parts = [`${position.map(value => value.toFixed(1)).join(', ')} m`];
  if (object) parts.push(object);
  if (agent !== undefined) parts.push(`agent ${agent}`);
  if (time !== undefined) parts.push(`at ${duration(time)}`);
  if (confidence < 1) parts.push(`confidence ${confidence.toFixed(2)}`);
  return parts.join(' · ');
}

function toggled(set: ReadonlySet<string>, item: string): ReadonlySet<string> {
  const next = new Set(set);
  if (!next.delete(item)) next.add(item);
  return next;
}
