import { measureBanding } from './banding.ts';
import { measureBlockiness } from './blockiness.ts';
import { type FrameExposure, measureExposure } from './exposure.ts';
import { measureNoise } from './noise.ts';
import { leastEdge, measureBlur } from './sharpness.ts';

/** What one frame by itself shows, and the stretch of the video that it speaks for. */
export interface Look {
  fromSeconds: number;
  toSeconds: number;
  /** Crete blur; where there is a closer look, the mean of both sizes. */
  blur: number;
  exposure: FrameExposure;
  banding: number;
  /** Share of pixels that are all but black. */
  blackShare: number;
  /** Of the picture at its own size; every second look. */
  detail: { noise: number; blockiness: number } | undefined;
}

const BLACK = 4;

/**
 * Measures one frame.
 * @param gray of the working size. @param own the same frame at its own size, for a closer look, else undefined.
 */
export function lookAt(
  gray: Uint8Array,
  width: number,
  height: number,
  own: { gray: Uint8Array; width: number; height: number } | undefined,
): Omit<Look, 'fromSeconds' | 'toSeconds'> {
  const histogram = new Uint32Array(256);
  // Every third pixel: coprime to the usual widths, so no column is left out.
  for (let i = 0; i < gray.length; i += 3) histogram[gray[i]]++;
  let [black, count] = [0, 0];
  for (let level = 0; level < 256; level++) {
    count += histogram[level];
    if (level <= BLACK) black += histogram[level];
  }
  const exposure = measureExposure(histogram);
  const noise = measureNoise(gray, width, height);
  const edge = (levels: number) => leastEdge(levels, exposure.contrastLevels);
  const blur = measureBlur(gray, width, height, edge(noise));
  const close = own && own.width !== width;
  const ownNoise = close ? measureNoise(own.gray, own.width, own.height) : noise;
  const fine = close ? measureBlur(own.gray, own.width, own.height, edge(ownNoise)) : blur;
  return {
    blur: (blur + fine) / 2,
    exposure,
    banding: measureBanding(histogram),
    blackShare: black / count,
    detail: own && {
      noise: ownNoise,
      blockiness: measureBlockiness(own.gray, own.width, own.height),
    },
  };
}
