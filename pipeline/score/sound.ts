import { AUDIO_CHANNELS, AUDIO_SAMPLE_RATE, decodeAudio } from '../video/decodeAudio.ts';
import { createLoudnessMeter } from './loudness.ts';

/** What a sound track holds. */
export interface SoundMeasurements {
  seconds: number;
  /** ITU-R BS.1770 integrated loudness, LUFS; −70 for silence. */
  integratedLufs: number;
  /** Share of the samples that stand at full scale three or more in a row. */
  clippedShare: number;
  /** Stretches of a tenth of a second that hold clipped samples. */
  clippedAt: number[];
  /** Strength of sounds that begin, one per hundredth of a second. */
  onsets: Float32Array;
}

export const ONSETS_PER_SECOND = 100;
const FULL_SCALE = 0.999;
const FEWEST_CLIPPED = 3;
/** Mean square of −60 dB: what is under it is silence. */
const FLOOR = 1e-6;
/** Hundredths of a second that a sound has to rise above. */
const MEMORY = 5;

/** Measures the first sound track in one pass. @throws what decodeAudio throws */
export async function measureSound(video: string, signal?: AbortSignal): Promise<SoundMeasurements> {
  const meter = createLoudnessMeter(AUDIO_SAMPLE_RATE, AUDIO_CHANNELS);
  const hop = AUDIO_SAMPLE_RATE / ONSETS_PER_SECOND;
  const energies: number[] = [];
  const clippedAt = new Set<number>();
  const runs = new Int32Array(AUDIO_CHANNELS);
  let [samples, clipped, sum, inHop] = [0, 0, 0, 0];
  for await (const chunk of decodeAudio(video, signal)) {
    meter.add(chunk);
    for (let i = 0; i < chunk.length; i++) {
      const level = chunk[i];
      const channel = i % AUDIO_CHANNELS;
      runs[channel] = Math.abs(level) >= FULL_SCALE ? runs[channel] + 1 : 0;
      if (runs[channel] === FEWEST_CLIPPED) clipped += FEWEST_CLIPPED;
      else if (runs[channel] > FEWEST_CLIPPED) clipped++;
      if (runs[channel] >= FEWEST_CLIPPED)
        clippedAt.add(Math.floor((samples * 10) / AUDIO_CHANNELS / AUDIO_SAMPLE_RATE));
      samples++;
      sum += level * level;
      if (++inHop === hop * AUDIO_CHANNELS) {
        energies.push(sum / inHop);
        sum = 0;
        inHop = 0;
      }
    }
  }
  return {
    seconds: samples / AUDIO_CHANNELS / AUDIO_SAMPLE_RATE,
    integratedLufs: meter.integrated(),
    clippedShare: samples > 0 ? clipped / samples : 0,
    clippedAt: [...clippedAt].sort((a, b) => a - b).map(tenth => tenth / 10),
    onsets: findOnsets(energies),
  };
}

/** How far each hundredth of a second rises above the loudest of the five before, in nepers of power; the first has none. */
function findOnsets(energies: readonly number[]): Float32Array {
  return Float32Array.from(energies, (energy, i) => {
    if (i === 0) return 0;
    const before = Math.max(...energies.slice(Math.max(0, i - MEMORY), i));
    return Math.max(0, Math.log(energy + FLOOR) - Math.log(before + FLOOR));
  });
}
