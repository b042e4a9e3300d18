import { z } from 'zod';
import { UP_AXES } from '../../sim/mendWorld.ts';
import { ignoreRuleSchema } from '../../sim/report/ignoreRules.ts';
import { REPORTERS } from '../../sim/report/writeReports.ts';
import { MOST_SEED } from '../commandOptions.ts';

export const FAIL_ON = ['error', 'warning', 'never'] as const;

/** The part of the configuration file that is about `test`; what each takes is said as the flags say it. */
export const testFileSchema = z.strictObject({
  agents: z.int('a whole number from 1 to 256').min(1, 'at least 1').max(256, 'at most 256').optional(),
  seconds: z
    .number('a number from 0.1 to 36000')
    .min(0.1, 'at least 0.1')
    .max(36_000, 'at most 36000')
    .optional(),
  seed: z
    .int(`a whole number from 0 to ${MOST_SEED}`)
    .min(0, 'at least 0')
    .max(MOST_SEED, `at most ${MOST_SEED}`)
    .optional(),
  reporters: z
    .array(z.enum(REPORTERS, `one or more of ${REPORTERS.join(', ')}`))
    .min(1, `one or more of ${REPORTERS.join(', ')}`)
    .optional(),
  up: z.enum(UP_AXES, `one of ${UP_AXES.join(', ')}`).optional(),
  scale: z.number('a positive number').positive('a positive number').optional(),
  out: z.string('a path').min(1, 'a path').optional(),
  failOn: z.enum(FAIL_ON, `one of ${FAIL_ON.join(', ')}`).optional(),
  baseline: z.string('a path').min(1, 'a path').optional(),
  ignore: z.array(ignoreRuleSchema, 'a list of rules').optional(),
});
