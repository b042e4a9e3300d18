import { counted } from '../ui/words.ts';

/** A time in a run as on a clock, to a tenth: "0:07.2", "12:40.0". */
export function clock(seconds: number): string {
  const tenths = Math.floor(seconds * 10 + 1e-6);
  const minutes = Math.floor(tenths / 600);
  return `${minutes}:${((tenths % 600) / 10).toFixed(1).padStart(4, '0')}`;
}

/** The same as it is said: "7 seconds", "12 minutes 40 seconds". */
export function spokenTime(seconds: number): string {
  const whole = Math.floor(seconds + 1e-6);
  const minutes = Math.floor(whole / 60);
  const rest = counted(whole % 60, 'second');
  return minutes === 0 ? rest : `${counted(minutes, 'minute')} ${rest}`;
}

/** Seconds between two marks of a timeline, so that there are at most `most` of them. */
export function tickSeconds(span: number, most: number): number {
  return TICKS.find(tick => span / tick <= most) ?? TICKS[TICKS.length - 1];
}

const TICKS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1200, 3600];
