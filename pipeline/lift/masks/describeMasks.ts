import type { WorldManifest } from '../../../engine/world/worldSchema.ts';
import type { SparseReconstruction } from '../types.ts';

type Masked = NonNullable<NonNullable<WorldManifest['quality']>['masked']>;

/**
 * What was masked, for world.json: which part of the shown picture, what share of it, why.
 * @returns shares of the shown picture over the registered frames, 0–1; bounds in pixels of the shown video.
 */
export function describeMasks({ picture, masks, frames, intrinsics }: SparseReconstruction): Masked {
  const masked: Masked = [];
  const { width, height } = intrinsics;
  const crop = picture?.crop ?? { x: 0, y: 0, width, height };
  const whole = picture ? picture.videoWidth * picture.videoHeight : width * height;
  const pictureShare = (crop.width * crop.height) / whole;
  if (pictureShare < 1)
    masked.push({
      what: 'bars',
      why: 'black for the whole video up to a straight edge; the picture lies within',
      share: rounded(1 - pictureShare),
      bounds: [crop.x, crop.y, crop.width, crop.height],
    });
  if (!masks) return masked;
  for (const { firstFrame, lastFrame, mask } of masks.overlays) {
    const during = frames.filter(({ frame }) => frame >= firstFrame && frame <= lastFrame).length;
    if (during === 0) continue;
    let count = 0;
    let [left, top, right, bottom] = [width, height, -1, -1];
    for (let i = 0; i < mask.length; i++) {
      if (!mask[i]) continue;
      count++;
      const [x, y] = [i % masks.width, Math.floor(i / masks.width)];
      [left, top, right, bottom] = [
        Math.min(left, x),
        Math.min(top, y),
        Math.max(right, x),
        Math.max(bottom, y),
      ];
    }
    const scale = crop.width / masks.width;
    masked.push({
      what: 'overlay',
      why: `it stands still in frames ${firstFrame} to ${lastFrame} while the scene moves`,
      share: rounded(((pictureShare * count) / mask.length) * (during / frames.length)),
      bounds: [
        Math.round(crop.x + left * scale),
        Math.round(crop.y + top * scale),
        Math.round((right - left + 1) * scale),
        Math.round((bottom - top + 1) * scale),
      ],
    });
  }
  let cells = 0;
  let marked = 0;
  let during = 0;
  for (const { frame } of frames) {
    const list = masks.movers.get(frame);
    if (!list) continue;
    during++;
    cells = list.length;
    for (const cell of list) marked += cell;
  }
  if (marked > 0)
    masked.push({
      what: 'movers',
      why: `no point at rest explains them, in ${during} frames: they move by themselves, or reflect`,
      share: rounded((pictureShare * marked) / (cells * frames.length)),
    });
  return masked;
}

function rounded(share: number): number {
  return Number(share.toFixed(4));
}
