import { describe, expect, it } from 'vitest';
import { findMovers } from '../../../../pipeline/lift/masks/findMovers.ts';
import { hiddenIn } from '../../../../pipeline/lift/masks/pictureMasks.ts';
import { HEIGHT, WIDTH, walkPast } from './walkPast.ts';

describe('findMovers', () => {
  it('finds nothing where all is at rest', () => {
    const { tracks, map } = walkPast(point => point);
    const search = findMovers(tracks, map, undefined);
    expect(search.explained).toBeGreaterThan(0.99);
    expect(search.movers.size).toBe(0);
  });

  it('finds what crosses the picture, where it is', () => {
    // What stands left of the lane walks to and fro.
    const { tracks, map } = walkPast(([x, y, z], k) => [x < -1.5 ? x + 0.3 * (k % 2) : x, y, z]);
    const search = findMovers(tracks, map, undefined);
    expect(search.share).toBeGreaterThan(0.1);
    const hidden = hiddenIn({ ...tracks.masks, movers: search.movers }, 8, WIDTH, HEIGHT);
    let [left, right] = [0, 0];
    for (let i = 0; i < WIDTH * HEIGHT; i++) {
      if (i % WIDTH < WIDTH / 2) left += hidden?.[i] ?? 0;
      else right += hidden?.[i] ?? 0;
    }
    expect(left).toBeGreaterThan(0.2 * WIDTH * HEIGHT * 0.5);
    expect(right).toBe(0);
  });

  it('takes no heed of points that scatter: there the tracker is lost', () => {
    const { tracks, map } = walkPast(([x, y, z], k) =>
      x < -1.5 ? [x + 0.4 * Math.sin(97 * x + 3 * k), y + 0.4 * Math.sin(89 * y + 5 * k), z] : [x, y, z],
    );
    expect(findMovers(tracks, map, undefined).share).toBeLessThan(0.02);
  });
});
