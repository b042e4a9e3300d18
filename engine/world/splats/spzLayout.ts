import { shCoefficients } from './splatCloud.ts';

/** What reading and writing SPZ share. Source: Niantic's specification, github.com/nianticlabs/spz, README. */

/** 'NGSP' as a little-endian number. */
export const SPZ_MAGIC = 0x5053474e;
export const SPZ_HEADER_BYTES = 16;
/** Colours are kept beyond what can be shown, for harmonics that bring them back. */
export const SPZ_COLOR_SCALE = 0.15;
/** Largest magnitude of a component of a unit quaternion that is not its largest. */
export const SQRT_HALF = Math.SQRT1_2;
/** Nine bits of magnitude. */
export const SMALLEST_THREE_STEPS = 511;

/** Bytes of each attribute per Gaussian, in the file's order. */
export function spzAttributeBytes(version: number, shDegree: number): readonly number[] {
  return [9, 1, 3, 3, version >= 3 ? 4 : 3, 3 * shCoefficients(shDegree)];
}
