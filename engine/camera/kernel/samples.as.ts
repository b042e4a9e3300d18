/** Row buffers of the samples being shaded, and what holds for all of them. */

export let sampleX: usize = 0;
export let sampleY: usize = 0;
export let sampleId: usize = 0;
export let sampleW: usize = 0;
export let sampleAlbedo: usize = 0;
export let sampleNormal: usize = 0;
export let sampleEmissive: usize = 0;
export let sampleGradX: usize = 0;
export let sampleGradY: usize = 0;
export let sampleR: usize = 0;
export let sampleG: usize = 0;
export let sampleB: usize = 0;

/** Row buffers for `capacity` samples: 16 bytes a sample for three of them, 4 for nine, 96 in all. */
export function setSampleBuffers(at: usize, capacity: usize): void {
  sampleAlbedo = at;
  sampleNormal = at + capacity * 16;
  sampleEmissive = at + capacity * 32;
  sampleX = at + capacity * 48;
  sampleY = at + capacity * 52;
  sampleId = at + capacity * 56;
  sampleW = at + capacity * 60;
  sampleGradX = at + capacity * 64;
  sampleGradY = at + capacity * 68;
  sampleR = at + capacity * 72;
  sampleG = at + capacity * 76;
  sampleB = at + capacity * 80;
}

export let lodBias: f32 = 0;
export let shadowMap: usize = 0;
export let moverMap: usize = 0;
export let shadowSize: i32 = 0;
export let moverX0: f32 = 0;
export let moverY0: f32 = 0;
export let moverX1: f32 = 0;
export let moverY1: f32 = 0;
export let pointCount: i32 = 0;
export let anyEmissive: bool = false;

/** Maps are shadowSize² × i16 as quantizeHeights writes them, or 0 for none; the mover map is looked at only inside its rectangle of texels. */
export function setShading(
  bias: f32, emissive: bool, points: i32, map: usize, movers: usize, size: i32,
  x0: f32, y0: f32, x1: f32, y1: f32,
): void {
  lodBias = bias;
  anyEmissive = emissive;
  pointCount = points;
  shadowMap = map;
  moverMap = movers;
  shadowSize = size;
  moverX0 = x0;
  moverY0 = y0;
  moverX1 = x1;
  moverY1 = y1;
}
