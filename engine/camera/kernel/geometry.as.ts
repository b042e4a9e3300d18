/** Where the world lies in memory: arrays the host placed, and the records and shades made from them in a picture. */

import { RECORD_BYTES, SHADE_BYTES } from './layout.as';

export let positions: usize = 0;
export let worldPositions: usize = 0;
export let normals: usize = 0;
export let worldNormals: usize = 0;
export let uvs: usize = 0;
export let colors: usize = 0;
export let triangles: usize = 0;
export let records: usize = 0;
export let recordCount: u32 = 0;
let shades: usize = 0;
let shadeCount: u32 = 0;

export function setGeometry(
  positionsAt: usize, worldPositionsAt: usize, normalsAt: usize, worldNormalsAt: usize,
  uvsAt: usize, colorsAt: usize, trianglesAt: usize, recordsAt: usize,
): void {
  positions = positionsAt;
  worldPositions = worldPositionsAt;
  normals = normalsAt;
  worldNormals = worldNormalsAt;
  uvs = uvsAt;
  colors = colorsAt;
  triangles = trianglesAt;
  records = recordsAt;
}

/** Room for the shades of as many triangles as can be seen at once. */
export function setShades(at: usize): void {
  shades = at;
}

export function countRecords(): u32 {
  return recordCount;
}

/** A new record's place; countRecords() is then its number, from 1. */
@inline export function nextRecord(): usize {
  return records + <usize>(recordCount++) * RECORD_BYTES;
}

@inline export function nextShade(): usize {
  return shades + <usize>(shadeCount++) * SHADE_BYTES;
}

export function forgetRecords(): void {
  recordCount = 0;
  shadeCount = 0;
}
