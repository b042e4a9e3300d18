import { join } from 'node:path';
import { findIncumbent } from './findIncumbent.ts';
import type { NextStep } from './nextStep.ts';
import { type Iteration, iterationOf, type Production } from './production.ts';

/**
 * Which of a production's files a step reads, so that no more than these need be at hand: paths relative to the
 * production's folder; one that ends in '/' is all below it.
 */
export function stepReads(production: Production, { iteration: number, step }: NextStep): string[] {
  const { generated, scored, lifted } = iterationOf(production, number);
  const videos = generated?.takes.map(take => take.video) ?? [];
  const scores = scored ? [scored.scores] : [];
  switch (step) {
    case 'generate':
      return [];
    case 'score':
      return videos;
    case 'lift':
      return [...scores, ...videos];
    case 'test':
      return lifted ? [join(lifted.world, '/')] : [];
    case 'revise':
      return evidenceFiles(findIncumbent(production, number));
  }
}

function evidenceFiles({ scored, tested }: Iteration): string[] {
  return [...(scored ? [scored.scores] : []), ...(tested ? [tested.report] : [])];
}
