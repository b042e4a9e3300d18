import type { TestRun } from '../types.ts';

/** Why a run can differ from the recorded one, as far as the report tells: another world, or where the paths part. */
export function explainDifference(recorded: TestRun, again: TestRun): string[] {
  const reasons: string[] = [];
  if (recorded.worldSha256 !== undefined && recorded.worldSha256 !== again.worldSha256)
    reasons.push('The world is not the one that was tested: its files have changed since.');
  if (recorded.checkpoints === undefined) return reasons;
  const [before, now] = [recorded, again].map(({ checkpoints = '' }) =>
    checkpoints.split(' ').filter(hash => hash !== ''),
  );
  const second = now.findIndex((hash, index) => index < before.length && hash !== before[index]);
  if (second >= 0)
    reasons.push(
      `The agents' paths part between second ${second} and second ${second + 1}, steps ${60 * second} to ${60 * (second + 1)}.`,
    );
  else if (Math.min(before.length, now.length) > 0)
    reasons.push(
      `The agents' paths are the same for the ${Math.min(before.length, now.length)} s that can be compared.`,
    );
  return reasons;
}
