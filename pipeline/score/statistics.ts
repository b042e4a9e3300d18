/** The value below which `share` of the numbers lie, by linear interpolation; NaN for none. */
export function quantile(numbers: ArrayLike<number>, share: number): number {
  if (numbers.length === 0) return Number.NaN;
  const some = new Float64Array(numbers);
  const position = share * (some.length - 1);
  const low = Math.floor(position);
  moveIntoPlace(some, low);
  const value = some[low];
  if (low === position) return value;
  let next = Number.POSITIVE_INFINITY;
  for (let i = low + 1; i < some.length; i++) if (some[i] < next) next = some[i];
  return value + (next - value) * (position - low);
}

/** Puts the number that sorting would put at `place` there, none greater before it and none less after it (Hoare, FIND, CACM 1961): a third of the time of sorting. */
function moveIntoPlace(some: Float64Array, place: number): void {
  let [left, right] = [0, some.length - 1];
  while (left < right) {
    const pivot = some[place];
    let [i, k] = [left, right];
    while (i <= k) {
      while (some[i] < pivot) i++;
      while (some[k] > pivot) k--;
      if (i > k) break;
      const swapped = some[i];
      some[i++] = some[k];
      some[k--] = swapped;
    }
    if (k < place) left = i;
    if (i > place) right = k;
  }
}

export function median(numbers: ArrayLike<number>): number {
  return quantile(numbers, 0.5);
}

export function mean(numbers: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < numbers.length; i++) sum += numbers[i] ?? 0;
  return numbers.length > 0 ? sum / numbers.length : Number.NaN;
}

/** 1 at 0, a half at `half`, and never quite 0: a fault that grows is always worse. @param power how sharply it falls about `half`. */
export function falling(value: number, half: number, power = 1): number {
  return 1 / (1 + (Math.max(0, value) / half) ** power);
}

/** 0 at 0, a half at `half`, and never quite 1. */
export function rising(value: number, half: number, power = 1): number {
  return 1 - falling(value, half, power);
}

/** Pairs of frames from which on what they show is taken at its word. */
const TELLING_PAIRS = 4;
/** What is expected of a video of which few pairs tell: less than usual, as one that can be followed has more. */
const EXPECTED_SCORE = 0.3;

/** A score that rests on few pairs of frames, moved towards what is expected: one pair alone counts a quarter. */
export function believed(score: number, pairs: number): number {
  const share = Math.min(1, pairs / TELLING_PAIRS);
  return score ** share * EXPECTED_SCORE ** (1 - share);
}

/** Rounded so that a report shows what is known; six significant digits. */
export function rounded(value: number): number {
  return Number.isFinite(value) ? Number(value.toPrecision(6)) : 0;
}
