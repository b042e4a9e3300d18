/**
 * What lies beyond a world's surface, as a picture of all directions (equirectangular): its middle column looks down −Z,
 * the columns right of it towards +X, its top row up (+Y). Width is twice the height.
 */
export interface Backdrop {
  width: number;
  height: number;
  /** sRGB, 3 bytes a pixel, rows from the top. */
  rgb: Uint8Array;
}

/** Unit vector, world frame, of a place in the picture: `u` and `v` from 0 at its left and top edge to 1. */
export function backdropDirection(u: number, v: number): [number, number, number] {
  const longitude = (2 * u - 1) * Math.PI;
  const latitude = (0.5 - v) * Math.PI;
  const level = Math.cos(latitude);
  return [level * Math.sin(longitude), Math.sin(latitude), -level * Math.cos(longitude)];
}

/** The inverse of backdropDirection, for directions of any length above 0. */
export function backdropPlace(x: number, y: number, z: number): [u: number, v: number] {
  const longitude = Math.atan2(x, -z);
  const latitude = Math.atan2(y, Math.hypot(x, z));
  return [longitude / (2 * Math.PI) + 0.5, 0.5 - latitude / Math.PI];
}

/** Red, green and blue in a direction, between the four pixels around it. */
export function backdropColor(
  { width, height, rgb }: Backdrop,
  x: number,
  y: number,
  z: number,
): [number, number, number] {
  const [u, v] = backdropPlace(x, y, z);
  const column = u * width - 0.5;
  const row = Math.min(height - 1, Math.max(0, v * height - 0.5));
  const left = Math.floor(column);
  const top = Math.min(height - 2, Math.floor(row));
  const [right, down] = [column - left, row - top];
  const at = (c: number, r: number) => 3 * (r * width + ((c + width) % width));
  const color: [number, number, number] = [0, 0, 0];
  for (let k = 0; k < 3; k++)
    color[k] =
      (rgb[at(left, top) + k] * (1 - right) + rgb[at(left + 1, top) + k] * right) * (1 - down) +
      (rgb[at(left, top + 1) + k] * (1 - right) + rgb[at(left + 1, top + 1) + k] * right) * down;
  return color;
}
