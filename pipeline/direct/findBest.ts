import type { Iteration, Production } from './production.ts';

/** What a world is judged by, and how each is written. Lower is better, the first that differs decides. */
interface Standing {
  errors: number;
  warnings: number;
  walkedSquareMeters: number;
}

/**
 * The best world so far: fewest errors first, in the world and in its take; then fewest warnings, then the most
 * ground that was walked; the earlier of equals. Null where there is no tested world.
 */
export function findBest(iterations: readonly Iteration[]): Production['best'] {
  let best: { iteration: Iteration; standing: Standing } | undefined;
  let reason = 'the only world that was tested';
  for (const iteration of iterations) {
    const standing = standingOf(iteration);
    if (!standing) continue;
    const challenger = { iteration, standing };
    if (!best) {
      best = challenger;
      continue;
    }
    const [winner, loser] = compare(standing, best.standing) < 0 ? [challenger, best] : [best, challenger];
    reason = because(winner.iteration, winner.standing, loser.iteration, loser.standing);
    best = winner;
  }
  const { lifted, tested, iteration } = best?.iteration ?? {};
  if (!lifted || !tested || iteration === undefined) return null;
  return {
    iteration,
    take: lifted.take,
    world: lifted.world,
    violations: tested.violations,
    because: reason,
  };
}

function compare(a: Standing, b: Standing): number {
  return a.errors - b.errors || a.warnings - b.warnings || b.walkedSquareMeters - a.walkedSquareMeters;
}

function standingOf({ lifted, tested, scored }: Iteration): Standing | undefined {
  if (!lifted || !tested || tested.code) return undefined;
  const findings = scored?.takes.find(each => each.take === lifted.take)?.findings ?? [];
  const inTake = (severity: string) => findings.filter(finding => finding.severity === severity).length;
  return {
    errors: tested.violations.error + inTake('error'),
    warnings: tested.violations.warning + inTake('warning'),
    walkedSquareMeters: tested.reachableArea * tested.coverage,
  };
}

/** Names the first measure that decided. */
function because(better: Iteration, mine: Standing, worse: Iteration, other: Standing): string {
  const say = (a: string, b: string) =>
    `${a} in iteration ${better.iteration}, ${b} in iteration ${worse.iteration}`;
  if (mine.errors !== other.errors) return say(`${mine.errors} errors`, `${other.errors}`);
  if (mine.warnings !== other.warnings)
    return say(`as many errors; ${mine.warnings} warnings`, `${other.warnings}`);
  if (mine.walkedSquareMeters !== other.walkedSquareMeters)
    return say(
      `as many violations; ${mine.walkedSquareMeters.toFixed(1)} m² walked`,
      `${other.walkedSquareMeters.toFixed(1)} m²`,
    );
  return `the earlier of equals, iterations ${better.iteration} and ${worse.iteration}`;
}
