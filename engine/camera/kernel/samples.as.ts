/** Row buffers of the samples being shaded, and what holds for all of them. */

export let sampleX: usize = 0;
export let sampleY: usize = 0;
export let sampleId: usize = 0;
export let sampleW: usize = 0;
export let sampleNormalX: usize = 0;
export let sampleNormalY: usize = 0;
export let sampleNormalZ: usize = 0;
export let sampleEmissiveR: usize = 0;
export let sampleEmissiveG: usize = 0;
export let sampleEmissiveB: usize = 0;
export let sampleGradX: usize = 0;
export let sampleGradY: usize = 0;
/** The surface's own colour until lightSamples puts the lit one in its place. */
export let sampleR: usize = 0;
export let sampleG: usize = 0;
export let sampleB: usize = 0;

/** Row buffers for `capacity` samples: 15 of 4 bytes a sample. */
export function setSampleBuffers(at: usize, capacity: usize): void {
  sampleX = at;
  sampleY = at + capacity * 4;
  sampleId = at + capacity * 8;
  sampleW = at + capacity * 12;
  sampleNormalX = at + capacity * 16;
  sampleNormalY = at + capacity * 20;
  sampleNormalZ = at + capacity * 24;
  sampleGradX = at + capacity * 28;
  sampleGradY = at + capacity * 32;
  sampleEmissiveR = at + capacity * 36;
  sampleEmissiveG = at + capacity * 40;
  sampleEmissiveB = at + capacity * 44;
  sampleR = at + capacity * 48;
  sampleG = at + capacity * 52;
  sampleB = at + capacity * 56;
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
