import type { IterationView, ViolationCounts } from '../../../../server/api/types.ts';

/** What was found in one iteration: in its world, and in its takes. */
export interface SeverityPoint {
  iteration: number;
  world: ViolationCounts | null;
  takes: ViolationCounts;
  total: ViolationCounts;
  /** False while steps of it are still to come. */
  complete: boolean;
}

export function severitySeries(iterations: readonly IterationView[]): SeverityPoint[] {
  return iterations.map(iteration => {
    const takes: ViolationCounts = { error: 0, warning: 0, info: 0 };
    for (const take of iteration.takes ?? []) {
      for (const { severity } of take.findings) takes[severity]++;
      if (take.verdict) takes.error++;
    }
    const tested = iteration.tested ?? null;
    const world = tested && !tested.code ? tested.violations : null;
    return {
      iteration: iteration.iteration,
      world,
      takes,
      total: world
        ? {
            error: world.error + takes.error,
            warning: world.warning + takes.warning,
            info: world.info + takes.info,
          }
        : takes,
      complete: iteration.tested !== undefined,
    };
  });
}
