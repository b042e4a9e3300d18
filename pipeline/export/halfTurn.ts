/**
 * COLMAP's world of an export is the world's frame turned half round about x: x right, y down, z ahead of a camera that
 * looks down −Z. A trainer that starts from it then writes its Gaussians as splats.ply has them.
 */
export function turnedPoint(x: number, y: number, z: number): [number, number, number] {
  // Not −0, which would be written with its sign.
  return [x, 0 - y, 0 - z];
}
