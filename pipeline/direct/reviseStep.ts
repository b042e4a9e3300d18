import { join } from 'node:path';
import { writeJsonAtomic } from '../../engine/writeFileAtomic.ts';
import { type Evidence, fromCode, fromScores, readEvidenceFile } from '../revise/evidence.ts';
import { addExperience } from '../revise/experience.ts';
import { revise } from '../revise/revise.ts';
import { experienceOf } from './experienceOf.ts';
import { findIncumbent } from './findIncumbent.ts';
import { type Iteration, iterationName, type StepOutput } from './production.ts';
import { readScores, type StepContext, type StepInput } from './stepInput.ts';

/**
 * Rewrites the best prompt so far from all that speaks against it, with what is known of the clauses on this video
 * model: revision.json.
 */
export async function reviseStep(input: StepInput, { out }: StepContext): Promise<StepOutput> {
  const { production, iteration } = input;
  const incumbent = findIncumbent(production, iteration.iteration);
  const evidence = await gatherEvidence({ ...input, iteration: incumbent }, out);
  const experience = addExperience(production.experience, experienceOf(production));
  const revision = revise(incumbent.prompt, evidence, { experience });
  const file = join(iterationName(iteration.iteration), 'revision.json');
  await writeJsonAtomic(join(out, file), revision);
  const revised: Iteration['revised'] = {
    revision: file,
    prompt: revision.revised,
    edits: revision.edits,
    ...(incumbent.iteration !== iteration.iteration && { from: incumbent.iteration }),
  };
  return { revised };
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
