import type { Look } from './looks.ts';
import type { Picture } from './picture.ts';
import type { Dimension } from './scorecard.ts';
import { falling, mean, rounded } from './statistics.ts';
import { joinRanges } from './timeRanges.ts';

const GRID = 8;
/** The mean over a picture does not need every line. */
const LINES = 80;
/** Steps above this are edges of things. */
const MOST_STEP = 16;

/**
 * How much larger the step between neighbours is on the 8-pixel grid that codecs cut pictures by than off it, after
 * Wang, Sheikh and Bovik (No-reference perceptual quality assessment of JPEG, ICIP 2002), with steps capped at 16
 * levels so that edges do not decide.
 * @returns share of the step off the grid; 0 where the grid cannot be seen.
 */
export function measureBlockiness(picture: Picture): number {
  return Math.max(0, (gridExcess(picture, 'rows') + gridExcess(picture, 'columns')) / 2);
}

function gridExcess(picture: Picture, along: 'rows' | 'columns'): number {
  const lines = along === 'rows' ? picture.height : picture.width;
  // Odd, so that the lines fall on every place of the grid.
  const every = Math.floor(lines / LINES) | 1;
  const sums = picture.stepSums(along, every, MOST_STEP);
  const count = Math.ceil((lines - 1) / every);
  let [on, off, grids, others] = [0, 0, 0, 0];
  for (let i = 1; i < sums.length; i++) {
    if (i % GRID === 0) {
      on += sums[i];
      grids += count;
    } else {
      off += sums[i];
      others += count;
    }
  }
  const inside = off / Math.max(1, others);
  return (on / Math.max(1, grids) - inside) / (inside + 0.5);
}

const HALF_EXCESS = 0.6;
/** What pictures show that were never compressed in blocks, by their own lines: less of it is no merit. */
const USUAL_EXCESS = 0.1;

/** @param scaled whether the picture was made smaller before it was looked at, which hides the grid. */
export function scoreBlockiness(looks: readonly Look[], scaled: boolean): Dimension {
  const detailed = looks.filter(look => look.detail);
  const value = mean(detailed.map(look => look.detail?.blockiness ?? 0));
  return {
    score:
      detailed.length > 0 ? rounded(falling(value - USUAL_EXCESS, HALF_EXCESS - USUAL_EXCESS, 1.2)) : 0.5,
    value: rounded(value),
    unit: 'excess of the steps on the 8-pixel grid, share',
    confidence: detailed.length === 0 ? 0 : scaled ? 0.1 : 1,
    where: joinRanges(detailed.filter(look => (look.detail?.blockiness ?? 0) > HALF_EXCESS)),
  };
}
