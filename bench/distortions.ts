import sharp, { type Sharp } from 'sharp';
import { createRandom, type Random } from '../engine/random.ts';

/** A clip in memory: RGB frames, rows from the top. */
export interface Clip {
  width: number;
  height: number;
  framesPerSecond: number;
  frames: Uint8Array[];
}

export interface Distortion {
  /** What each of the five strengths means, weakest first. */
  strengths: readonly [number, number, number, number, number];
  /** @returns the clip made worse, and the x264 quality to write it with where that is the distortion. */
  apply(clip: Clip, strength: number, random: Random, other: Clip): Clip | Promise<Clip>;
  /** x264's CRF; 17 where absent. */
  crf?(strength: number): number;
}

const eachFrame = (clip: Clip, change: (frame: Uint8Array, index: number) => Uint8Array): Clip => ({
  ...clip,
  frames: clip.frames.map(change),
});

const eachLevel = (clip: Clip, change: (level: number, index: number) => number): Clip =>
  eachFrame(clip, (frame, index) =>
    Uint8Array.from(frame, level => Math.min(255, Math.max(0, Math.round(change(level, index))))),
  );

/** Moves every pixel of a frame: `from` gives where it is read, bilinear, the border repeated. */
export function warpFrame(
  frame: Uint8Array,
  width: number,
  height: number,
  from: (x: number, y: number) => [number, number],
): Uint8Array {
  const out = new Uint8Array(frame.length);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const [u, v] = from(x, y);
      const cu = Math.min(width - 1.001, Math.max(0, u));
      const cv = Math.min(height - 1.001, Math.max(0, v));
      const [x0, y0] = [Math.floor(cu), Math.floor(cv)];
      const [fx, fy] = [cu - x0, cv - y0];
      const p = 3 * (y0 * width + x0);
      for (let c = 0; c < 3; c++) {
        const top = frame[p + c] * (1 - fx) + frame[p + 3 + c] * fx;
        const bottom = frame[p + 3 * width + c] * (1 - fx) + frame[p + 3 * width + 3 + c] * fx;
        out[3 * (y * width + x) + c] = Math.round(top * (1 - fy) + bottom * fy);
      }
    }
  return out;
}

/** A displacement that no camera makes: six plane waves, each with a direction, a length and a beat of its own. */
export function meltField(
  random: Random,
  width: number,
): (x: number, y: number, seconds: number) => [number, number] {
  const waves = Array.from({ length: 6 }, () => ({
    kx: random.range(-1, 1) * ((2 * Math.PI * 3) / width),
    ky: random.range(-1, 1) * ((2 * Math.PI * 3) / width),
    beat: random.range(2, 7),
    phase: random.range(0, 2 * Math.PI),
    x: random.normal(),
    y: random.normal(),
  }));
  return (x, y, seconds) => {
    let [dx, dy] = [0, 0];
    for (const wave of waves) {
      const level = Math.sin(wave.kx * x + wave.ky * y + wave.beat * seconds + wave.phase);
      dx += (wave.x * level) / Math.sqrt(3);
      dy += (wave.y * level) / Math.sqrt(3);
    }
    return [dx, dy];
  };
}

async function throughSharp(clip: Clip, change: (image: Sharp) => Sharp | Promise<Sharp>): Promise<Clip> {
  const { width, height } = clip;
  const frames: Uint8Array[] = [];
  for (const frame of clip.frames) {
    const image = sharp(frame, { raw: { width, height, channels: 3 } });
    frames.push(new Uint8Array(await (await change(image)).removeAlpha().raw().toBuffer()));
  }
  return { ...clip, frames };
}

/** The share of frames, never the first, that chance picks; exactly as many, and more of the same at a greater share. */
function pickFrames(clip: Clip, share: number, random: Random): Set<number> {
  const order = clip.frames.slice(1).map((_, i) => ({ frame: i + 1, draw: random.next() }));
  order.sort((a, b) => a.draw - b.draw);
  return new Set(
    order.slice(0, Math.max(1, Math.round(share * clip.frames.length))).map(({ frame }) => frame),
  );
}

const letters = (clip: Clip, opacity: number): Clip => {
  const bars = Array.from({ length: 18 }, (_, i) => ({
    left: Math.round(clip.width * (0.06 + i * 0.026)),
    right: Math.round(clip.width * (0.06 + i * 0.026 + (i % 3 === 0 ? 0.017 : 0.008))),
    top: Math.round(clip.height * (i % 2 === 0 ? 0.84 : 0.87)),
    bottom: Math.round(clip.height * 0.93),
  }));
  return eachFrame(clip, frame => {
    const out = Uint8Array.from(frame);
    for (const { left, right, top, bottom } of bars)
      for (let y = top; y < bottom; y++)
        for (let p = 3 * (y * clip.width + left); p < 3 * (y * clip.width + right); p++)
          out[p] = Math.round(frame[p] * (1 - opacity) + 245 * opacity);
    return out;
  });
};

/** Ways in which videos are bad, each graded in five steps. Pixels are those of the clip. */
export const DISTORTIONS: Record<string, Distortion> = {
  blur: {
    strengths: [0.6, 1, 1.7, 2.8, 4.5],
    apply: (clip, sigma) => throughSharp(clip, image => image.blur(sigma)),
  },
  downscale: {
    strengths: [1.4, 1.9, 2.6, 3.6, 5],
    apply: (clip, factor) =>
      throughSharp(clip, async image => {
        const small = await image
          .resize(Math.round(clip.width / factor), Math.round(clip.height / factor), { fit: 'fill' })
          .png()
          .toBuffer();
        return sharp(small).resize(clip.width, clip.height, { fit: 'fill' });
      }),
  },
  noise: {
    strengths: [3, 6, 10, 16, 25],
    apply: (clip, sigma, random) => {
      // Drawn once and read from a new place in every frame: a draw a pixel would take longer than all else.
      const draws = Float32Array.from({ length: 99_991 }, () => random.normal());
      return eachFrame(clip, frame => {
        let at = random.integer(draws.length);
        return Uint8Array.from(frame, level => {
          at = at + 1 === draws.length ? 0 : at + 1;
          return Math.min(255, Math.max(0, Math.round(level + sigma * draws[at])));
        });
      });
    },
  },
  compression: { strengths: [28, 33, 38, 43, 48], apply: clip => clip, crf: crf => crf },
  jpeg: {
    strengths: [50, 30, 18, 10, 5],
    apply: (clip, quality) =>
      throughSharp(clip, async image => sharp(await image.jpeg({ quality }).toBuffer())),
  },
  banding: {
    strengths: [64, 40, 24, 14, 8],
    apply: (clip, levels) =>
      eachLevel(clip, level => (Math.round((level / 255) * (levels - 1)) / (levels - 1)) * 255),
  },
  bright: {
    strengths: [1.15, 1.35, 1.6, 2, 2.6],
    apply: (clip, gain) => eachLevel(clip, level => level * gain),
  },
  dark: {
    strengths: [0.82, 0.65, 0.48, 0.32, 0.2],
    apply: (clip, gain) => eachLevel(clip, level => level * gain),
  },
  flicker: {
    strengths: [0.02, 0.05, 0.1, 0.18, 0.3],
    apply: (clip, share, random) => {
      const gains = clip.frames.map(() => random.normal());
      return eachLevel(clip, (level, index) => level * (1 + share * gains[index]));
    },
  },
  freeze: {
    strengths: [0.06, 0.14, 0.25, 0.4, 0.6],
    apply: (clip, share, random) => {
      const repeated = pickFrames(clip, share, random);
      let shown = clip.frames[0];
      return eachFrame(clip, (frame, index) => {
        if (!repeated.has(index)) shown = frame;
        return shown;
      });
    },
  },
  drop: {
    strengths: [0.06, 0.12, 0.2, 0.3, 0.45],
    apply: (clip, share, random) => {
      const dropped = pickFrames(clip, share, random);
      return { ...clip, frames: clip.frames.filter((_, index) => !dropped.has(index)) };
    },
  },
  shake: {
    strengths: [0.6, 1.2, 2.4, 4.5, 8],
    apply: (clip, pixels, random) =>
      eachFrame(clip, frame => {
        const [dx, dy] = [pixels * random.normal(), pixels * random.normal()];
        return warpFrame(frame, clip.width, clip.height, (x, y) => [x + dx, y + dy]);
      }),
  },
  melt: {
    strengths: [0.6, 1.2, 2.4, 4.5, 8],
    apply: (clip, pixels, random) => {
      const field = meltField(random, clip.width);
      return eachFrame(clip, (frame, index) =>
        warpFrame(frame, clip.width, clip.height, (x, y) => {
          const [dx, dy] = field(x, y, index / clip.framesPerSecond);
          return [x + pixels * dx, y + pixels * dy];
        }),
      );
    },
  },
  overlay: { strengths: [0.2, 0.35, 0.55, 0.75, 1], apply: letters },
  holes: {
    strengths: [0.004, 0.01, 0.025, 0.06, 0.12],
    apply: (clip, share, random) => {
      const [left, top] = [random.range(0.1, 0.55), random.range(0.1, 0.55)];
      const side = Math.sqrt(share);
      return eachFrame(clip, frame => {
        const out = Uint8Array.from(frame);
        for (let y = Math.round(top * clip.height); y < (top + side) * clip.height; y++)
          for (let x = Math.round(left * clip.width); x < (left + side) * clip.width; x++)
            out.fill(0, 3 * (y * clip.width + x), 3 * (y * clip.width + x) + 3);
        return out;
      });
    },
  },
  pops: {
    strengths: [1, 2, 3, 4, 5],
    apply: (clip, count, random) => {
      const boxes = Array.from({ length: 5 }, (_, i) => ({
        from: Math.round(((i + 0.6 + 0.3 * random.next()) / 5.5) * clip.frames.length),
        left: random.range(0.1, 0.65),
        top: random.range(0.1, 0.6),
        color: [random.integer(256), random.integer(256), random.integer(256)],
      }));
      const lasts = Math.max(2, Math.round(clip.frames.length * 0.09));
      return eachFrame(clip, (frame, index) => {
        const out = Uint8Array.from(frame);
        for (const { from, left, top, color } of boxes.slice(0, count))
          if (index >= from && index < from + lasts)
            for (let y = Math.round(top * clip.height); y < (top + 0.25) * clip.height; y++)
              for (let x = Math.round(left * clip.width); x < (left + 0.2) * clip.width; x++)
                out.set(color, 3 * (y * clip.width + x));
        return out;
      });
    },
  },
  cuts: {
    strengths: [1, 2, 3, 4, 5],
    apply: (clip, cuts, _random, other) => {
      const places = Array.from({ length: cuts }, (_, i) =>
        Math.round(((i + 1) / (cuts + 1)) * clip.frames.length),
      );
      return eachFrame(clip, (frame, index) =>
        places.filter(place => index >= place).length % 2 === 1
          ? (other.frames[index % other.frames.length] ?? frame)
          : frame,
      );
    },
  },
};

/** A clip made worse in one way, always by the same draws whatever the strength. */
export async function distort(
  name: string,
  clip: Clip,
  strength: number,
  other: Clip,
  seed: string,
): Promise<Clip> {
  const distortion = DISTORTIONS[name];
  if (!distortion) throw new Error(`There is no distortion ${name}.`);
  return distortion.apply(clip, strength, createRandom(`${name}/${seed}`), other);
}
