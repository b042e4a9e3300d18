import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../engine/random.ts';
import { measureSync, scoreAvSync } from '../../../pipeline/score/avSync.ts';
import type { FrameStep } from '../../../pipeline/score/frameSteps.ts';
import { createLoudnessMeter, scoreLoudness } from '../../../pipeline/score/loudness.ts';
import type { ShotMeasurements } from '../../../pipeline/score/measureShot.ts';
import { measureSound, type SoundMeasurements } from '../../../pipeline/score/sound.ts';
import { findFfmpeg } from '../../../pipeline/video/ffmpeg.ts';

const RATE = 48_000;

describe('loudness', () => {
  /** EBU Tech 3341, case 1 and 2: a 1 kHz sine in both channels at −23 dBFS is −23 LUFS. */
  it('is that of the reference tones', () => {
    for (const level of [-23, -33]) {
      const meter = createLoudnessMeter(RATE, 2);
      const amplitude = 10 ** (level / 20);
      const tone = Float32Array.from(
        { length: 2 * RATE * 3 },
        (_, i) => amplitude * Math.sin((2 * Math.PI * 1000 * (i >> 1)) / RATE),
      );
      meter.add(tone.subarray(0, 12_346));
      meter.add(tone.subarray(12_346));
      expect(meter.integrated()).toBeCloseTo(level, 1);
    }
  });
  it('leaves silence out, and is −70 for nothing else', () => {
    const meter = createLoudnessMeter(RATE, 2);
    meter.add(new Float32Array(2 * RATE));
    expect(meter.integrated()).toBe(-70);
    meter.add(
      Float32Array.from(
        { length: 2 * RATE * 2 },
        (_, i) => 0.1 * Math.sin((2 * Math.PI * 1000 * (i >> 1)) / RATE),
      ),
    );
    expect(meter.integrated()).toBeGreaterThan(-21);
  });
  it('is scored down for what is cut off, with the time', () => {
    const sound: SoundMeasurements = {
      seconds: 4,
      integratedLufs: -18,
      clippedShare: 0,
      clippedAt: [],
      onsets: new Float32Array(),
    };
    const clean = scoreLoudness(sound);
    const clipped = scoreLoudness({ ...sound, clippedShare: 0.02, clippedAt: [1.1, 1.2] });
    expect(clean.score).toBe(1);
    expect(clipped.score).toBeLessThan(0.5);
    expect(clipped.where).toEqual([{ fromSeconds: 1.1, toSeconds: 1.3 }]);
  });
});

/** Something hits at irregular times, and is heard `late` seconds after each. */
function hits(late: number, heard: boolean, seed = 1): ShotMeasurements {
  const random = createRandom(seed);
  const seconds = 12;
  const rate = 24;
  const times = Array.from({ length: 9 }, (_, i) => 1 + i * 1.2 + random.range(-0.45, 0.45));
  const steps = Array.from({ length: seconds * rate - 1 }, (_, i): FrameStep => {
    const at = (i + 1) / rate;
    const falling = times.some(time => at > time - 0.25 && at <= time);
    return {
      timeSeconds: at,
      difference: 2 + 0.1 * random.next(),
      likeness: 1,
      residual: 1,
      explained: 1,
      medianMotion: 1,
      topMotion: 5,
      ownMotion:
        0.3 + 0.02 * random.next() + (falling ? 4 * (1 - (times.find(time => at <= time) ?? at) + at) : 0),
      light: [],
      camera: undefined,
    };
  });
  const onsets = Float32Array.from({ length: seconds * 100 }, () => 0.1 * random.next());
  const sounds = heard ? times.map(time => time + late) : times.map(() => random.range(0.5, 11.5));
  for (const time of sounds) if (time >= 0 && time < seconds) onsets[Math.floor(time * 100)] = 6;
  const sound = { seconds, integratedLufs: -20, clippedShare: 0, clippedAt: [], onsets };
  // Only what sync looks at.
  return { steps, sound } as unknown as ShotMeasurements;
}

describe('audio-visual sync', () => {
  it('finds by how much the sound is late or early', () => {
    for (const late of [-1.5, -0.4, 0, 0.25, 1.2]) {
      const sync = measureSync(hits(late, true))!;
      expect(Math.abs(sync.offsetSeconds - late)).toBeLessThan(0.06);
      expect(sync.confidence).toBeGreaterThan(0.5);
      if (late !== 0) expect(scoreAvSync(sync).score).toBeLessThan(0.65);
      else expect(scoreAvSync(sync).score).toBeGreaterThan(0.9);
    }
  });
  it('says little where sound and picture have nothing to do with each other', () => {
    const unsure = [2, 3, 4, 5, 6, 7].map(seed => measureSync(hits(0, false, seed))?.confidence ?? 1);
    expect(unsure.filter(confidence => confidence < 0.35).length).toBeGreaterThanOrEqual(5);
    expect(measureSync({ ...hits(0, true), sound: undefined })).toBeUndefined();
  });
});

describe('measureSound', () => {
  it('reads a track: how loud it is, what is cut off, and when sounds begin', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sora-sound-'));
    try {
      const video = join(folder, 'beeps.mp4');
      // Beeps of 0.2 s at 1, 2 and 3 s, far over full scale.
      const beeps = 'aevalsrc=8*sin(2*PI*1000*t)*between(mod(t\\,1)\\,0\\,0.2)*gte(t\\,0.5):s=48000:d=4';
      execFileSync(
        findFfmpeg().path,
        [
          '-loglevel',
          'error',
          '-f',
          'lavfi',
          '-i',
          'color=gray:s=64x64:r=10:d=4',
          '-f',
          'lavfi',
          '-i',
          beeps,
        ].concat([...['-c:v', 'libx264', '-c:a', 'pcm_s16le', '-f', 'mov', video]]),
      );
      const sound = await measureSound(video);
      expect(sound.seconds).toBeCloseTo(4, 1);
      expect(sound.integratedLufs).toBeGreaterThan(-6);
      expect(sound.clippedShare).toBeGreaterThan(0.1);
      expect(sound.clippedAt[0]).toBeCloseTo(1, 1);
      const begins = Array.from(sound.onsets.keys()).filter(i => (sound.onsets[i] ?? 0) > 5);
      expect(begins.map(i => Math.round(i / 10) / 10)).toEqual([1, 2, 3]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
