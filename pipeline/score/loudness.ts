import type { Dimension } from './scorecard.ts';
import type { SoundMeasurements } from './sound.ts';
import { falling, mean, rounded } from './statistics.ts';
import { joinRanges } from './timeRanges.ts';

export interface LoudnessMeter {
  /** @param samples interleaved, full scale ±1. */
  add(samples: Float32Array): void;
  /** Integrated loudness of all that was added, LUFS; −70 where nothing passes the gate. */
  integrated(): number;
}

const SILENCE_LUFS = -70;
/** Power of channels of full-scale noise maps to this offset (BS.1770, equation 2). */
const OFFSET = -0.691;
const RELATIVE_GATE = -10;
/** Blocks of 400 ms every 100 ms. */
const QUARTERS = 4;

/**
 * Integrated loudness after ITU-R BS.1770-4: two filters that weight by frequency, blocks of 400 ms that overlap by
 * three quarters, gates at −70 LUFS and 10 LU under the loudness that passes the first. The filters' coefficients
 * are those that the recommendation gives for 48 kHz.
 * @param channels 1 or 2, which weigh the same.
 */
export function createLoudnessMeter(sampleRate: 48_000, channels: number): LoudnessMeter {
  const shelf = [1.53512485958697, -2.69169618940638, 1.19839281085285, -1.69065929318241, 0.73248077421585];
  const pass = [1, -2, 1, -1.99004745483398, 0.99007225036621];
  const states = Array.from({ length: channels }, () => new Float64Array(4));
  const tenth = sampleRate / 10;
  const tenths: number[] = [];
  let [sum, inTenth] = [0, 0];
  return {
    add(samples) {
      for (let i = 0; i < samples.length; i++) {
        const state = states[i % channels];
        const shelved = filter(samples[i], shelf, state, 0);
        const weighted = filter(shelved, pass, state, 2);
        sum += weighted * weighted;
        if (++inTenth === tenth * channels) {
          tenths.push(sum / tenth);
          sum = 0;
          inTenth = 0;
        }
      }
    },
    integrated() {
      const blocks: number[] = [];
      for (let i = 0; i + QUARTERS <= tenths.length; i++) blocks.push(mean(tenths.slice(i, i + QUARTERS)));
      const loudness = (power: number) => OFFSET + 10 * Math.log10(Math.max(power, 1e-12));
      const heard = blocks.filter(power => loudness(power) > SILENCE_LUFS);
      if (heard.length === 0) return SILENCE_LUFS;
      const gate = loudness(mean(heard)) + RELATIVE_GATE;
      return loudness(mean(heard.filter(power => loudness(power) > gate)));
    },
  };
}

/** One sample through a second-order section in transposed direct form II; its two values of state begin at `offset`. */
function filter(input: number, c: readonly number[], state: Float64Array, offset: number): number {
  const output = c[0] * input + state[offset];
  state[offset] = c[1] * input - c[3] * output + state[offset + 1];
  state[offset + 1] = c[2] * input - c[4] * output;
  return output;
}

/** Between broadcast (−23) and streaming (−14). */
const WANTED_LUFS = -18;
const HALF_DISTANCE_LU = 18;
const HALF_CLIPPED_SHARE = 0.01;

/** Whether the sound can be heard and is not cut off at full scale. */
export function scoreLoudness({ integratedLufs, clippedShare, clippedAt }: SoundMeasurements): Dimension {
  return {
    score: rounded(
      falling(Math.abs(integratedLufs - WANTED_LUFS), HALF_DISTANCE_LU, 3) *
        falling(clippedShare, HALF_CLIPPED_SHARE),
    ),
    value: rounded(integratedLufs),
    unit: 'LUFS, integrated',
    confidence: integratedLufs > SILENCE_LUFS ? 1 : 0.5,
    where: joinRanges(clippedAt.map(from => ({ fromSeconds: from, toSeconds: from + 0.1 }))),
  };
}
