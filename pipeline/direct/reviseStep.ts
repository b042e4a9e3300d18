import { join } from 'node:path';
import { writeJsonAtomic } from '../generate/writeFileAtomic.ts';
import { type Evidence, fromCode, fromScores, readEvidenceFile } from '../revise/evidence.ts';
import { revise } from '../revise/revise.ts';
import { iterationName, type StepOutput } from './production.ts';
import { readScores, type StepContext, type StepInput } from './stepInput.ts';

/** Rewrites the prompt from all that speaks against the iteration: revision.json. */
export async function reviseStep(input: StepInput, { out }: StepContext): Promise<StepOutput> {
  const { iteration } = input;
  const revision = revise(iteration.prompt, await gatherEvidence(input, out), { escalate: true });
  const file = join(iterationName(iteration.iteration), 'revision.json');
  await writeJsonAtomic(join(out, file), revision);
  return { revised: { revision: file, prompt: revision.revised, edits: revision.edits } };
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
