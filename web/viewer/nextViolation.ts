import type { ViolationView } from '../../server/api/types.ts';

const ORDER = ['error', 'warning', 'info'] as const;

/** Id of the neighbour of a violation, the worst first and round at the ends; null where there are none. */
export function nextViolation(
  violations: readonly ViolationView[],
  selected: string | null,
  step: 1 | -1,
): string | null {
  const order = [...violations].sort(
    (a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity) || b.confidence - a.confidence,
  );
  if (order.length === 0) return null;
  const at = order.findIndex(({ id }) => id === selected);
  const next = at < 0 ? (step > 0 ? 0 : order.length - 1) : at + step;
  return order[(next + order.length) % order.length].id;
}
