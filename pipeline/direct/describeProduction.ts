import { join } from 'node:path';
import { type Iteration, iterationName, type Production, type ViolationCounts } from './production.ts';

/**
 * What a person reads when the loop has ended: each iteration with its takes, what was found in them and in the world,
 * and the edits with their causes; then why it ended, where the best world lies, and what to type next.
 */
export function describeProduction(folder: string, production: Production): string {
  const lines = production.iterations.flatMap(iteration => [...describeIteration(iteration), '']);
  if (production.iterations.length > 1) lines.push(...compareIterations(production), '');
  if (production.stoppedBecause) lines.push(`Stopped: ${production.stoppedBecause}`);
  if (production.spent) lines.push(describeSpent(production.spent));
  const { best } = production;
  if (!best) {
    lines.push(
      production.iterations.some(iteration => iteration.lifted)
        ? 'Worlds were made, but the test could not take them.'
        : 'No take could be lifted into a world.',
      `Look at ${join(folder, iterationName(production.iterations.length), 'takes')}, or go on with more --iterations.`,
    );
    return lines.join('\n');
  }
  const world = join(folder, best.world);
  lines.push(
    `Best world: ${world}  (${best.take} of iteration ${best.iteration}: ${best.because})`,
    '',
    'Next',
    ...table([
      [`  npx sora-director test ${quoted(world)} --agents 64 --out reports`, 'walk it with more agents'],
      ...goOnWith(production),
      [`  ${join(folder, 'production.json')}`, 'every step, finding and reason'],
    ]),
  );
  return lines.join('\n');
}

function describeIteration(iteration: Iteration): string[] {
  const { scored, lifted, tested, verdicts = [], generated } = iteration;
  const takes = [...(scored?.takes ?? [])].sort((a, b) => a.rank - b.rank);
  const rows = takes.map(take => {
    const refused = verdicts.find(verdict => verdict.take === take.take);
    const fate = lifted?.take === take.take ? `lifted, ${lifted.registered}/${lifted.frames} frames` : '';
    return [
      `  ${take.take}`,
      take.overall.toFixed(2),
      refused ? `refused, ${refused.code}` : fate || (take.liftable ? '' : 'cannot be lifted'),
      take.findings.length > 0 ? summary(take.findings.map(({ kind }) => kind)) : 'clean',
    ];
  });
  for (const { take, code } of verdicts.filter(verdict => takes.every(each => each.take !== verdict.take)))
    rows.push([`  ${take}`, '–', `cannot be decoded, ${code}`, '']);
  for (const { take, code } of generated?.failed ?? [])
    rows.push([`  ${take}`, '–', `not made, ${code}`, '']);
  const lines = [
    `Iteration ${iteration.iteration}: "${iteration.prompt}"`,
    ...table([['  take', 'score', 'lift', 'found'], ...rows]),
  ];
  if (tested?.code) lines.push(`  world: the test refuses it, ${tested.code}: ${tested.message ?? ''}`);
  else if (tested) lines.push(`  world: ${describeFound(tested)}; agents walked ${describeWalk(tested)}`);
  else if (lifted === null) lines.push('  world: none, no take could be lifted');
  else lines.push(lifted ? '  world: not tested' : '  world: none yet');
  if (!iteration.revised) return lines;
  const { judged, from, mind = 'rules', notes = [], edits } = iteration.revised;
  if (judged) lines.push(`  prompt: ${judged.accepted ? 'accepted' : 'not accepted'}, ${judged.because}`);
  lines.push(`  Revision by ${mind}${from === undefined ? '' : `, of the prompt of iteration ${from}`}`);
  lines.push(...notes.map(note => `    ${note}`));
  if (edits.length === 0) lines.push('    nobody knows an answer to what was found; the prompt stays');
  for (const edit of edits) {
    const sign = SIGNS[edit.kind];
    const instead = edit.replaces === undefined ? '' : `  in place of "${edit.replaces}"`;
    lines.push(
      `    ${sign} "${edit.clause}"${instead}`,
      `        because ${shortList(edit.because)}`,
      `        expects ${edit.expects}`,
    );
  }
  return lines;
}

const SIGNS = { pin: '+', camera: '+', still: '+', replace: '~', remove: '-', order: '^' };

function compareIterations(production: Production): string[] {
  return table([
    ['iteration', 'clean takes', 'best score', 'world', 'walked'],
    ...production.iterations.map(({ iteration, scored, generated, tested, verdicts = [] }) => {
      const takes = scored?.takes ?? [];
      const clean = takes.filter(
        take => take.findings.length === 0 && verdicts.every(verdict => verdict.take !== take.take),
      );
      const made = (generated?.takes.length ?? 0) + (generated?.failed.length ?? 0);
      return [
        `${iteration}${production.best?.iteration === iteration ? ' (best)' : ''}`,
        `${clean.length} of ${made}`,
        takes.length > 0 ? Math.max(...takes.map(take => take.overall)).toFixed(2) : '–',
        tested ? (tested.code ?? writtenCounts(tested.violations)) : 'none',
        tested && !tested.code ? describeWalk(tested) : '–',
      ];
    }),
  ]);
}

/** The flag that lets a search go on. */
const MORE: Partial<Record<NonNullable<Production['stopped']>, string>> = {
  'iterations-done': 'more --iterations',
  'no-progress': 'more --patience',
  'target-met': 'a lower --target',
  budget: 'a larger budget',
};

function goOnWith({ stopped }: Production): string[][] {
  const more = stopped && MORE[stopped];
  return more ? [[`  the same command with ${more}`, 'go on from the last revision']] : [];
}

function describeSpent({ generatedSeconds, cost }: NonNullable<Production['spent']>): string {
  const price = cost === null ? '' : cost === 0 ? ', free of charge' : `, $${cost.toFixed(2)}`;
  return `Generated: ${Number(generatedSeconds.toFixed(1))} s of video${price}`;
}

type Tested = NonNullable<Iteration['tested']>;

function describeFound({ found, violations }: Tested): string {
  if (found.length === 0) return 'no violations';
  const types = found.map(({ type, count }) => (count > 1 ? `${count} × ${type}` : type));
  return `${writtenCounts(violations)} (${shortList(types)})`;
}

function describeWalk({ coverage, reachableArea }: Tested): string {
  return `${Math.round(coverage * 100)} % of ${reachableArea.toFixed(1)} m²`;
}

function writtenCounts({ error, warning }: ViolationCounts): string {
  const parts = [
    error > 0 && `${error} error${error > 1 ? 's' : ''}`,
    warning > 0 && `${warning} warning${warning > 1 ? 's' : ''}`,
  ];
  return parts.filter(Boolean).join(', ') || 'no violations';
}

/** 'flicker, 2 × pop'. */
function summary(kinds: readonly string[]): string {
  return [...new Set(kinds)]
    .map(kind => {
      const count = kinds.filter(each => each === kind).length;
      return count > 1 ? `${count} × ${kind}` : kind;
    })
    .join(', ');
}

function shortList(items: readonly string[]): string {
  return items.length > 4 ? `${items.slice(0, 4).join(', ')} and ${items.length - 4} more` : items.join(', ');
}

function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

function table(rows: string[][]): string[] {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map(row => row[column]?.length ?? 0))) ?? [];
  return rows.map(row =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('   ')
      .trimEnd(),
  );
}
