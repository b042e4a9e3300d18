import { expect, test } from 'vitest';
import { drawBackdrop } from '../../../engine/camera/drawBackdrop.ts';
import { backdropColor } from '../../../engine/world/backdrop.ts';

test('drawBackdrop fills what a picture leaves open with what lies in each pixel’s direction', () => {
  const [width, height] = [4, 3];
  const backdrop = {
    width: 16,
    height: 8,
    rgb: Uint8Array.from({ length: 3 * 16 * 8 }, (_, i) => (i * 53) % 256),
  };
  const color = new Uint8Array(4 * width * height).fill(7);
  const nodeId = new Uint16Array(width * height);
  nodeId[5] = 1;
  const frame = { width, height, color, nodeId, depth: new Float32Array(width * height) };
  // Turned left by a quarter: looks down −X, its right is −Z. Columns of the matrix.
  const worldFromCamera = Float64Array.from([0, 0, -1, 0, 0, 1, 0, 0, 1, 0, 0, 0, 5, 6, 7, 1]);
  drawBackdrop(frame, { worldFromCamera, fx: 3, fy: 3, cx: 1.5, cy: 1, width, height }, backdrop);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      const expected = backdropColor(backdrop, -1, (1 - y) / 3, -(x - 1.5) / 3).map(Math.floor);
      expect([...color.subarray(4 * at, 4 * at + 4)]).toEqual(at === 5 ? [7, 7, 7, 7] : [...expected, 7]);
    }
});
