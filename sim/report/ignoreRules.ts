import { z } from 'zod';
import type { TestReport } from './json.ts';
import { VIOLATION_HELP } from './violationHelp.ts';

/** What `near` reaches to where no other reach is given, metres. */
const NEAR_METERS = 1;

export const ignoreRuleSchema = z.strictObject({
  type: z.enum(Object.keys(VIOLATION_HELP), { error: `one of ${Object.keys(VIOLATION_HELP).join(', ')}` }),
  /** Name of the node; * stands for any text. */
  object: z.string().min(1).optional(),
  /** Within `meters` (default 1) of this place. */
  near: z.tuple([z.number(), z.number(), z.number()], 'x, y, z in metres').optional(),
  meters: z.number().positive().max(1000).optional(),
  /** Only in worlds of this path or file name; * stands for any text. */
  world: z.string().min(1).optional(),
  reason: z.string().min(1).optional(),
});

/** What is passed over on purpose: everything that a rule says has to fit. */
export type IgnoreRule = z.infer<typeof ignoreRuleSchema>;

/**
 * Marks what the rules pass over. It stays in the report, with the rule, and does not fail.
 * @returns the report, and the rules that fitted nothing.
 */
export function applyIgnoreRules(
  report: TestReport,
  rules: readonly IgnoreRule[],
): { report: TestReport; unused: IgnoreRule[] } {
  const used = new Set<IgnoreRule>();
  const runs = report.runs.map(run => ({
    ...run,
    violations: run.violations.map(violation => {
      const rule = rules.find(
        ({ type, object, near, meters = NEAR_METERS, world }) =>
          type === violation.type &&
          (world === undefined || fits(world, run.world) || fits(world, run.world.replace(/^.*[/\\]/, ''))) &&
          (object === undefined || (violation.object !== undefined && fits(object, violation.object))) &&
          (near === undefined ||
            Math.hypot(...near.map((value, axis) => value - violation.position[axis])) <= meters),
      );
      if (!rule) return violation;
      used.add(rule);
      return { ...violation, suppressed: describeRule(rule) };
    }),
  }));
  return { report: { ...report, runs }, unused: rules.filter(rule => !used.has(rule)) };
}

/** In words, for reports and notes. */
export function describeRule({
  type,
  object,
  near,
  meters = NEAR_METERS,
  world,
  reason,
}: IgnoreRule): string {
  const rule = [
    type,
    object === undefined ? '' : `at '${object}'`,
    near === undefined ? '' : `within ${meters} m of (${near.join(', ')})`,
    world === undefined ? '' : `in ${world}`,
  ]
    .filter(part => part !== '')
    .join(' ');
  return reason === undefined ? `ignore ${rule}` : `${reason} (ignore ${rule})`;
}

function fits(pattern: string, text: string): boolean {
  const parts = pattern.split('*').map(part => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's').test(text);
}
