/** A stretch of a video, seconds from its start. */
export interface TimeRange {
  fromSeconds: number;
  toSeconds: number;
}

/** More would not be looked at one by one. */
const MOST_RANGES = 12;
/** Stretches nearer to each other than this are one. */
const JOIN_SECONDS = 0.34;

/**
 * Joins stretches that touch or nearly do, in order of time; of more than twelve the longest are kept.
 * @param stretches in any order.
 */
export function joinRanges(stretches: readonly TimeRange[]): TimeRange[] {
  const joined: TimeRange[] = [];
  for (const { fromSeconds, toSeconds } of [...stretches].sort((a, b) => a.fromSeconds - b.fromSeconds)) {
    const before = joined.at(-1);
    if (before && fromSeconds - before.toSeconds <= JOIN_SECONDS)
      before.toSeconds = Math.max(before.toSeconds, toSeconds);
    else joined.push({ fromSeconds, toSeconds });
  }
  const length = (range: TimeRange) => range.toSeconds - range.fromSeconds;
  return joined
    .map((range, order) => ({ range, order }))
    .sort((a, b) => length(b.range) - length(a.range) || a.order - b.order)
    .slice(0, MOST_RANGES)
    .sort((a, b) => a.order - b.order)
    .map(({ range }) => ({ fromSeconds: millis(range.fromSeconds), toSeconds: millis(range.toSeconds) }));
}

function millis(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
