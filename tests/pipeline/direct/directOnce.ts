import { direct } from '../../../pipeline/direct.ts';
import { createSmallSteps, smallOptions } from './smallSteps.ts';

/** Run as a process of its own by direct.test.ts, which kills it: node directOnce.ts OUT. */
const [, , out = ''] = process.argv;
await direct('A robot walks down a hallway', smallOptions(out), createSmallSteps([], 30));
