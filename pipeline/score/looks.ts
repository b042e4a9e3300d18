import { measureBanding } from './banding.ts';
import { measureBlockiness } from './blockiness.ts';
import { type FrameExposure, measureExposure } from './exposure.ts';
import { measureNoise } from './noise.ts';
import { createPictures } from './picture.ts';
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

interface Frame {
  gray: Uint8Array;
  width: number;
  height: number;
}

/** Measures one frame. @param own the same at its own size, for a closer look, else undefined. */
export type LookAt = (frame: Frame, own: Frame | undefined) => Omit<Look, 'fromSeconds' | 'toSeconds'>;

export async function createLooks(): Promise<LookAt> {
  const [takeFrame, takeOwn] = [await createPictures(), await createPictures()];
  return (frame, own) => {
    const { gray } = frame;
    const picture = takeFrame(gray, frame.width, frame.height);
    const near = own && takeOwn(own.gray, own.width, own.height);
    const histogram = new Uint32Array(256);
    // Every third pixel: coprime to the usual widths, so no column is left out.
    for (let i = 0; i < gray.length; i += 3) histogram[gray[i]]++;
    let [black, count] = [0, 0];
    for (let level = 0; level < 256; level++) {
      count += histogram[level];
      if (level <= BLACK) black += histogram[level];
    }
    const exposure = measureExposure(histogram);
    const edge = (levels: number) => leastEdge(levels, exposure.contrastLevels);
    const noise = measureNoise(picture);
    const blur = measureBlur(picture, edge(noise));
    const closer = near && near.width !== picture.width ? near : undefined;
    const ownNoise = closer ? measureNoise(closer) : noise;
    const fine = closer ? measureBlur(closer, edge(ownNoise)) : blur;
    return {
      blur: (blur + fine) / 2,
      exposure,
      banding: measureBanding(histogram),
      blackShare: black / count,
      detail: near && { noise: ownNoise, blockiness: measureBlockiness(near) },
    };
  };
}
