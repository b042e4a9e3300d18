import type { ViolationCounts } from '../../server/api/types.ts';
import { counted } from './words.ts';

export const SEVERITIES = ['error', 'warning', 'info'] as const;
/** Shapes beside the colours, for whoever does not see these apart. */
export const SEVERITY_SIGNS = { error: '▲', warning: '◆', info: '●' } as const;

export function severityWords(severity: (typeof SEVERITIES)[number], count: number): string {
  return counted(count, severity === 'info' ? 'note' : severity);
}

/** How many of each; says so where there are none. */
export function SeverityCounts({
  counts,
  none = 'nothing found',
}: {
  counts: ViolationCounts;
  none?: string;
}) {
  const shown = SEVERITIES.filter(severity => counts[severity] > 0);
  if (shown.length === 0) return <span class="severity none">✓ {none}</span>;
  return (
    <span class="row">
      {shown.map(severity => (
        <span key={severity} class={`severity ${severity}`}>
          <span aria-hidden="true">{SEVERITY_SIGNS[severity]}</span>
          {severityWords(severity, counts[severity])}
        </span>
      ))}
    </span>
  );
}
