import { join } from 'node:path';
import { writeJsonAtomic } from '../../engine/writeFileAtomic.ts';
import { type Evidence, fromCode, fromScores, readEvidenceFile } from '../revise/evidence.ts';
import { addExperience } from '../revise/experience.ts';
import { parsePlan } from '../revise/plan.ts';
import { rulesMind } from '../revise/revise.ts';
import { experienceOf } from './experienceOf.ts';
import { findIncumbent, severityOf } from './findIncumbent.ts';
import { personsPrompt } from './personsPrompt.ts';
import { type Iteration, iterationName, type Production, type StepOutput } from './production.ts';
import { readScores, type StepContext, type StepInput } from './stepInput.ts';

/**
 * Rewrites the best prompt so far from all that speaks against it, with what is known of the clauses on this video
 * model: revision.json.
 */
export async function reviseStep(input: StepInput, context: StepContext): Promise<StepOutput> {
  const { production, iteration } = input;
  const { out, mind = rulesMind, signal } = context;
  const incumbent = findIncumbent(production, iteration.iteration);
  const evidence = await gatherEvidence({ ...input, iteration: incumbent }, out);
  const revision = await mind.revise(incumbent.prompt, evidence, {
    experience: addExperience(production.experience, experienceOf(production)),
    mostCharacters: production.options.mostPromptCharacters,
    intent: parsePlan(personsPrompt(production, iteration.iteration)).intent,
    signal,
  });
  const file = join(iterationName(iteration.iteration), 'revision.json');
  await writeJsonAtomic(join(out, file), revision);
  const revised: Iteration['revised'] = {
    revision: file,
    prompt: revision.revised,
    edits: revision.edits,
    mind: revision.mind,
    ...(revision.notes.length > 0 && { notes: revision.notes }),
    intent: revision.intent,
    judged: judge(production, iteration, incumbent),
    ...(incumbent.iteration !== iteration.iteration && { from: incumbent.iteration }),
  };
  return { revised };
}

/** Whether the iteration's own prompt is the one to go on from. */
function judge(
  production: Production,
  iteration: Iteration,
  incumbent: Iteration,
): NonNullable<NonNullable<Iteration['revised']>['judged']> {
  const severity = rounded(severityOf(iteration));
  const accepted = incumbent.iteration === iteration.iteration;
  const isFirst = personsPrompt(production, iteration.iteration) === iteration.prompt;
  const other = accepted && !isFirst ? findIncumbent(production, iteration.iteration - 1) : incumbent;
  const against = `${severity.toFixed(2)} weighted violations, ${severityOf(other).toFixed(2)} in iteration ${other.iteration}`;
  return { accepted, severity, because: other === iteration ? "a person's own prompt" : against };
}

/** Two equal productions have the same digits whatever order the sums were made in. */
function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}

/** Every take of the iteration, lifted or not, and its world. */
async function gatherEvidence(input: StepInput, out: string): Promise<Evidence[]> {
  const { verdicts = [], tested } = input.iteration;
  return [
    ...fromScores((await readScores(input, out)).takes),
    ...verdicts.map(({ take, code, message }) => fromCode(code, take, message)),
    ...(tested ? await readEvidenceFile(join(out, tested.report)) : []),
  ];
}
