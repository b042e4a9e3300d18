import { median, type VideoTracks } from '../poses/trackVideo.ts';
import type { PictureMasks } from './pictureMasks.ts';

/** How far from an overlay the scene beside it is watched, pixels: nearer, the tracker's window holds on to the overlay. */
const NEAREST_PIXELS = 10;
const FARTHEST_PIXELS = 34;
/** Beside an overlay the scene moves at least by this share of its median motion. */
const PASSING_SHARE = 0.35;
/** Fewer points beside it, over all its keyframes, are no witnesses. */
const LEAST_WITNESSES = 12;

/**
 * Keeps the overlays that the scene passes by. What the camera turns about or moves towards stands still as well, but
 * there the motion grows slowly with the distance; beside what is burnt in, the scene moves as it does elsewhere.
 * A piece with nothing to track beside it, such as a subtitle on a plain wall, stays masked: nothing is lost there.
 */
export function confirmOverlays(tracks: VideoTracks): PictureMasks['overlays'] {
  const { width, height, keyframes, masks } = tracks;
  return masks.overlays.flatMap(overlay => {
    const pieces = labelPieces(overlay.mask, width, height);
    const beside = Array.from({ length: pieces.count + 1 }, (): number[] => []);
    const owner = ownersAround(pieces.label, width, height);
    for (const { frame, positions, inNext } of keyframes) {
      if (frame < overlay.firstFrame || frame > overlay.lastFrame) continue;
      const moves: number[] = [];
      const owners: number[] = [];
      for (let p = 0; p < inNext.length >> 1; p++) {
        const [x, y] = [positions[2 * p], positions[2 * p + 1]];
        const move = Math.hypot(inNext[2 * p] - x, inNext[2 * p + 1] - y);
        const at = Math.round(y) * width + Math.round(x);
        if (Number.isNaN(move) || overlay.mask[at]) continue;
        moves.push(move);
        owners.push(owner[at]);
      }
      const typical = median(moves);
      if (typical <= 0.5) continue;
      moves.forEach((move, i) => {
        if (owners[i]) beside[owners[i]].push(move / typical);
      });
    }
    const isOverlay = beside.map(list => list.length < LEAST_WITNESSES || median(list) >= PASSING_SHARE);
    const mask = overlay.mask.map((value, i) => (value && isOverlay[pieces.label[i]] ? 1 : 0));
    return mask.includes(1) ? [{ ...overlay, mask }] : [];
  });
}

/** Numbers the connected pieces of a mask from 1. */
function labelPieces(mask: Uint8Array, width: number, height: number): { label: Uint16Array; count: number } {
  const label = new Uint16Array(mask.length);
  let count = 0;
  for (let start = 0; start < mask.length; start++) {
    if (!mask[start] || label[start] || count === 0xffff) continue;
    count++;
    label[start] = count;
    const piece = [start];
    for (const i of piece) {
      const x = i % width;
      for (const j of [x > 0 ? i - 1 : -1, x < width - 1 ? i + 1 : -1, i - width, i + width]) {
        if (j < 0 || j >= width * height || !mask[j] || label[j]) continue;
        label[j] = count;
        piece.push(j);
      }
    }
  }
  return { label, count };
}

/** The piece that a pixel beside one belongs to, 0 elsewhere and too near: grown ring by ring. */
function ownersAround(label: Uint16Array, width: number, height: number): Uint16Array {
  const owner = label.slice();
  const beside = new Uint16Array(label.length);
  let rim: number[] = [];
  for (let i = 0; i < label.length; i++) if (label[i]) rim.push(i);
  for (let step = 1; step <= FARTHEST_PIXELS; step++) {
    const next: number[] = [];
    for (const i of rim) {
      const x = i % width;
      for (const j of [x > 0 ? i - 1 : -1, x < width - 1 ? i + 1 : -1, i - width, i + width]) {
        if (j < 0 || j >= width * height || owner[j]) continue;
        owner[j] = owner[i];
        if (step >= NEAREST_PIXELS) beside[j] = owner[i];
        next.push(j);
      }
    }
    rim = next;
  }
  return beside;
}
