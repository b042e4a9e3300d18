import { join } from 'node:path';
import { iterationName, type Production, type ViolationCounts } from './production.ts';

/** What a person reads when the loop has ended: a table, the edits with their causes, the best world, the next command. */
export function describeProduction(folder: string, production: Production): string {
  const rows = production.iterations.map(iteration => {
    const best = iteration.scored?.takes.reduce((top, take) => Math.max(top, take.overall), 0);
    return [
      String(iteration.iteration),
      `${iteration.generated?.takes.length ?? 0}${iteration.generated?.failed.length ? ` (+${iteration.generated.failed.length} failed)` : ''}`,
      best === undefined ? '–' : best.toFixed(2),
      iteration.lifted
        ? `${iteration.lifted.take} ${iteration.lifted.registered}/${iteration.lifted.frames}`
        : 'none',
      iteration.tested ? written(iteration.tested.violations) : '–',
      iteration.tested
        ? `${Math.round(iteration.tested.coverage * 100)} % of ${iteration.tested.reachableArea.toFixed(1)} m²`
        : '–',
    ];
  });
  const lines = table([
    ['iteration', 'takes', 'best score', 'lifted frames', 'violations', 'walked'],
    ...rows,
  ]);
  for (const iteration of production.iterations) {
    if (iteration.tested?.code)
      lines.push(
        `  iteration ${iteration.iteration}: its world was not tested, ${iteration.tested.code}: ${iteration.tested.message}`,
      );
    for (const verdict of iteration.verdicts ?? [])
      lines.push(
        `  iteration ${iteration.iteration}: ${verdict.take} was not lifted, ${verdict.code}: ${verdict.message}`,
      );
    for (const failure of iteration.generated?.failed ?? [])
      lines.push(
        `  iteration ${iteration.iteration}: ${failure.take} was not made, ${failure.code}: ${failure.message}`,
      );
    if (!iteration.revised) continue;
    lines.push('', `After iteration ${iteration.iteration}:`);
    if (iteration.revised.edits.length === 0)
      lines.push('  no rule knows an answer to what was found; the prompt stays.');
    for (const edit of iteration.revised.edits) {
      const what =
        edit.kind === 'replace'
          ? `replace "${edit.replaces}" by "${edit.clause}"`
          : `${edit.kind} "${edit.clause}"`;
      lines.push(`  ${what}`, `    because of ${shortList(edit.because)}; expects: ${edit.expects}`);
    }
  }
  lines.push('');
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
    `Best world: ${world} (iteration ${best.iteration}, ${best.take}, ${written(best.violations)})`,
    production.stopped === 'no-violations'
      ? 'Nothing at or above warning remains.'
      : 'The loop used its iterations; the same command with more --iterations goes on.',
    `Next: npx sora-director test ${quoted(world)}`,
  );
  return lines.join('\n');
}

function written({ error, warning, info }: ViolationCounts): string {
  const parts = [
    error > 0 && `${error} error${error > 1 ? 's' : ''}`,
    warning > 0 && `${warning} warning${warning > 1 ? 's' : ''}`,
    info > 0 && `${info} info`,
  ];
  return parts.filter(Boolean).join(', ') || 'no violations';
}

function shortList(ids: readonly string[]): string {
  return ids.length > 4 ? `${ids.slice(0, 4).join(', ')} and ${ids.length - 4} more` : ids.join(', ');
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
