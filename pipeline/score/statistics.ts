/** The value below which `share` of the numbers lie, by linear interpolation; NaN for none. */
export function quantile(numbers: ArrayLike<number>, share: number): number {
  const sorted = new Float64Array(numbers).sort();
  if (sorted.length === 0) return Number.NaN;
  const position = share * (sorted.length - 1);
  const low = Math.floor(position);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low] + (sorted[high] - sorted[low]) * (position - low);
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

/** Rounded so that a report shows what is known; six significant digits. */
export function rounded(value: number): number {
  return Number.isFinite(value) ? Number(value.toPrecision(6)) : 0;
}
