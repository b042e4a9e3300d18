import { createRandom } from '../../engine/random.ts';
import { experienceOf } from '../../pipeline/direct/experienceOf.ts';
import { findIncumbent } from '../../pipeline/direct/findIncumbent.ts';
import { type Iteration, newProduction, type Production } from '../../pipeline/direct/production.ts';
import { type Evidence, SEVERITY_WEIGHT } from '../../pipeline/revise/evidence.ts';
import { addExperience, type Experience } from '../../pipeline/revise/experience.ts';
import { drawFaults } from '../../scenes/faults/drawFaults.ts';
import type { FailureModel, FaultType } from '../../scenes/faults/failureModel.ts';
import { planScene } from '../../scenes/grammar/planScene.ts';

/** How each fault is found where scores and agents miss nothing. */
export const FOUND_AS: Record<
  FaultType,
  { kind: string; severity: 'error' | 'warning'; where: 'take' | 'world' }
> = {
  'static-camera': { kind: 'no-parallax', severity: 'error', where: 'take' },
  flicker: { kind: 'flicker', severity: 'warning', where: 'take' },
  pop: { kind: 'pop', severity: 'warning', where: 'take' },
  morph: { kind: 'view-inconsistency', severity: 'warning', where: 'take' },
  'floating-object': { kind: 'floating', severity: 'error', where: 'world' },
  'floor-hole': { kind: 'fall-through', severity: 'error', where: 'world' },
  blur: { kind: 'low-sharpness', severity: 'warning', where: 'take' },
  'mover-crossing': { kind: 'view-inconsistency', severity: 'warning', where: 'take' },
  interpenetration: { kind: 'interpenetration', severity: 'warning', where: 'world' },
};

/** Worse than any world that was seen. */
const NO_WORLD = 4;

/** What the next prompt is made of, from all that was found so far. */
export type Policy = (production: Production, evidence: readonly Evidence[]) => string;

export interface LoopResult {
  production: Production;
  /** Errors and weighted warnings in the best world so far and in its take, after each iteration. */
  severities: number[];
  /** The prompt that the best world came of. */
  prompt: string;
  /** Errors and weighted warnings in a take of the prompt that was the best at the end, over takes that no loop saw. */
  faultsPerTake: number;
}

/**
 * The loop over drawn faults: what a take would be given by the failure model is taken as found, without a picture. It
 * shows what a policy can do where scoring, lift and test miss nothing; `bench loop` shows what it does on real takes.
 */
export function drawnLoop(
  model: FailureModel,
  prompt: string,
  options: { iterations: number; takes: number; seed: number; experience: Experience },
  policy: Policy,
): LoopResult {
  const { iterations, takes, seed, experience } = options;
  let production = newProduction(
    prompt,
    {
      takes,
      seconds: 4,
      width: 640,
      height: 360,
      framesPerSecond: 24,
      seed,
      provider: 'drawn',
      model: model.name,
      failureModelSha256: null,
      mind: 'rules',
      mostPromptCharacters: 800,
      quality: 'draft',
      agents: 16,
      testSeconds: 120,
    },
    experience,
  );
  let best: { severity: number; prompt: string } | undefined;
  const found: (readonly Evidence[])[] = [];
  let next = prompt;
  const severities: number[] = [];
  for (let number = 1; number <= iterations; number++) {
    const { iteration, evidence, bestSeverity } = drawIteration(model, next, number, takes, seed);
    production = { ...production, iterations: [...production.iterations, iteration] };
    found.push(evidence);
    if (bestSeverity !== undefined && (!best || bestSeverity < best.severity))
      best = { severity: bestSeverity, prompt: next };
    // No world at all is worse than any.
    severities.push(best?.severity ?? NO_WORLD);
    const incumbent = findIncumbent(production, number);
    next = policy(production, found[incumbent.iteration - 1] ?? []);
    production.iterations[number - 1] = {
      ...iteration,
      revised: { revision: '', prompt: next, edits: [] },
    };
  }
  const last = findIncumbent(production, iterations).prompt;
  return {
    production,
    severities,
    prompt: best?.prompt ?? prompt,
    faultsPerTake: faultsPerTake(model, last, seed),
  };
}

const FRESH_TAKES = 20;

function faultsPerTake(model: FailureModel, prompt: string, seed: number): number {
  let sum = 0;
  for (let index = 0; index < FRESH_TAKES; index++) {
    const takeSeed = createRandom(`${seed}/fresh/${index}`).integer(2 ** 31);
    for (const { type } of drawFaults(model, planScene(prompt, takeSeed), takeSeed))
      sum += SEVERITY_WEIGHT[FOUND_AS[type].severity];
  }
  return sum / FRESH_TAKES;
}

function drawIteration(model: FailureModel, prompt: string, number: number, takes: number, seed: number) {
  const drawn = Array.from({ length: takes }, (_, index) => {
    const takeSeed = createRandom(`${seed}/${number}/${index}`).integer(2 ** 31);
    const faults = drawFaults(model, planScene(prompt, takeSeed), takeSeed).map(({ type }) => FOUND_AS[type]);
    return { take: `take-${index + 1}`, faults };
  });
  const weigh = (faults: readonly { severity: 'error' | 'warning' }[]) =>
    faults.reduce((sum, { severity }) => sum + SEVERITY_WEIGHT[severity], 0);
  const inTake = ({ faults }: { faults: readonly (typeof FOUND_AS)[FaultType][] }) =>
    faults.filter(({ where }) => where === 'take');
  const liftable = drawn.filter(take => inTake(take).every(({ kind }) => kind !== 'no-parallax'));
  const [lifted] = [...liftable].sort((a, b) => weigh(inTake(a)) - weigh(inTake(b)));
  const inWorld = lifted?.faults.filter(({ where }) => where === 'world') ?? [];
  const finding = (take: string, { kind, severity }: (typeof FOUND_AS)[FaultType]) => ({
    id: `${take}:${kind}`,
    kind,
    severity,
    message: kind,
  });
  const iteration: Iteration = {
    iteration: number,
    prompt,
    generated: { takes: drawn.map(({ take }) => ({ take, video: take, sha256: '' })), failed: [] },
    scored: {
      scores: '',
      takes: drawn.map((each, index) => ({
        take: each.take,
        rank: index + 1,
        overall: 1,
        liftable: true,
        reason: '',
        findings: inTake(each).map(fault => finding(each.take, fault)),
      })),
    },
    lifted: lifted
      ? { take: lifted.take, because: '', world: '', registered: 1, frames: 1, reprojectionErrorPixels: 0 }
      : null,
    tested: lifted
      ? {
          report: '',
          seed: 0,
          stateHash: null,
          reachableArea: 1,
          coverage: 1,
          violations: {
            error: inWorld.filter(({ severity }) => severity === 'error').length,
            warning: inWorld.filter(({ severity }) => severity === 'warning').length,
            info: 0,
          },
          found: inWorld.map(({ kind, severity }) => ({ type: kind, severity, count: 1 })),
        }
      : null,
  };
  const evidence = [
    ...drawn.flatMap(each => inTake(each).map(fault => ({ ...finding(each.take, fault), confidence: 0.9 }))),
    ...inWorld.map(fault => ({ ...finding('world', fault), confidence: 0.9 })),
  ];
  return { iteration, evidence, bestSeverity: lifted && weigh(lifted.faults) };
}

/** What is known when a policy is asked: from before, and from this production's takes. */
export function knownNow(production: Production): Experience {
  return addExperience(production.experience, experienceOf(production));
}
