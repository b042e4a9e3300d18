import { type Experience, observe, type TakeOutcome } from '../revise/experience.ts';
import type { Iteration, Production } from './production.ts';

/** What a production's takes have shown of the clauses in its prompts, iteration by iteration. */
export function experienceOf({ iterations }: Production): Experience {
  return iterations.reduce<Experience>(
    (experience, iteration) => observe(experience, iteration.prompt, outcomesOf(iteration)),
    {},
  );
}

function outcomesOf({ generated, scored, verdicts = [], lifted, tested }: Iteration): TakeOutcome[] {
  // Before the test nobody knows what the lifted take's world would have shown.
  if (!scored || lifted === undefined || (lifted && tested === undefined)) return [];
  return (generated?.takes ?? []).map(({ take }) => {
    const inWorld = lifted?.take === take && tested ? tested : undefined;
    return {
      kinds: [
        ...(scored.takes.find(each => each.take === take)?.findings ?? []).map(({ kind }) => kind),
        ...verdicts.filter(verdict => verdict.take === take).map(({ code }) => code),
        ...(inWorld?.found ?? []).map(({ type }) => type),
        ...(inWorld?.code ? [inWorld.code] : []),
      ],
      tested: inWorld !== undefined && inWorld.code === undefined,
    };
  });
}
