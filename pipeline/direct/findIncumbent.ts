import { SEVERITY_WEIGHT } from '../revise/evidence.ts';
import { type Iteration, iterationOf, type Production } from './production.ts';

/**
 * The iteration whose prompt the next one is made from: the one with the least that speaks against it, the earlier of
 * equals. A revision is accepted only where less was found; another costs its takes, and teaches which clause did not
 * help. A prompt that a person wrote begins anew: what was found before it does not count against it.
 * @param number the last iteration that counts.
 */
export function findIncumbent(production: Production, number: number): Iteration {
  let best = iterationOf(production, number);
  for (let earlier = number - 1; earlier > 0; earlier--) {
    const [iteration, next] = [iterationOf(production, earlier), iterationOf(production, earlier + 1)];
    if (next.prompt !== iteration.revised?.prompt) break;
    if (severityOf(iteration) <= severityOf(best)) best = iteration;
  }
  return best;
}

/**
 * What speaks against a prompt, errors and weighted warnings: in each of its takes on average, and in its world. A
 * take that could not be decoded or lifted counts as an error, and so does it where no take gave a world.
 */
export function severityOf({ generated, scored, verdicts = [], lifted, tested }: Iteration): number {
  const findings = scored?.takes.flatMap(take => take.findings) ?? [];
  const inTakes =
    verdicts.length + findings.reduce((sum, { severity }) => sum + SEVERITY_WEIGHT[severity], 0);
  const { error, warning } = tested?.violations ?? { error: lifted === null ? 1 : 0, warning: 0 };
  return inTakes / Math.max(1, generated?.takes.length ?? 1) + error + SEVERITY_WEIGHT.warning * warning;
}
