import type { BlockField } from './blockFlow.ts';
import { type CameraStep, fitCameraStep } from './cameraMotion.ts';
import { mean, median } from './statistics.ts';

/** What changed from one frame to the next; pixels are of a 640 px long side. */
export interface FrameStep {
  /** Of the later frame. */
  timeSeconds: number;
  /** Mean |difference| of the luma at the video's own size, gray levels. */
  difference: number;
  /** Likeness of the coarse pictures, 1 the same. */
  likeness: number;
  /** Mean over the blocks of what motion and light leave unexplained, gray levels. */
  residual: number;
  /** Share of the textured blocks that are found again. */
  explained: number;
  medianMotion: number;
  /** Mean motion of the fastest twentieth of the blocks. */
  topMotion: number;
  /** Mean over the blocks of the motion that the camera's does not explain. */
  ownMotion: number;
  /** Change of light, the median over each of 4×3 regions; undefined where too little is in view of both frames. */
  light: (number | undefined)[];
  camera: CameraStep | undefined;
}

const REGION_COLUMNS = 4;
const REGION_ROWS = 3;
const FEWEST_BLOCKS = 6;
const LEAST_TEXTURE = 3;
/** A block is found again where motion leaves less than this share of its texture, or next to nothing. */
const EXPLAINED_SHARE = 0.5;
const EXPLAINED_LEVELS = 3;
const BLOCK_PIXELS = 16;

/** Reads off a block field what the dimensions of time need. @param scale working pixels to pixels of a 640 px long side. */
export function describeStep(
  field: BlockField,
  scale: number,
  seen: Pick<FrameStep, 'timeSeconds' | 'difference' | 'likeness'>,
): FrameStep {
  const { columns, rows } = field;
  const lights: number[][] = Array.from({ length: REGION_COLUMNS * REGION_ROWS }, () => []);
  const regions = regionOfBlocks(columns, rows);
  const motions = new Float32Array(field.residuals.length);
  let [residual, known, textured, explained] = [0, 0, 0, 0];
  for (let i = 0; i < field.residuals.length; i++) {
    const left = field.residuals[i];
    if (left < 0) continue;
    const x = field.motions[2 * i];
    const y = field.motions[2 * i + 1];
    motions[known++] = Math.sqrt(x * x + y * y) * scale;
    residual += left;
    const texture = field.textures[i];
    const found = left < Math.max(EXPLAINED_LEVELS, EXPLAINED_SHARE * texture);
    if (texture >= LEAST_TEXTURE) {
      textured++;
      if (found) explained++;
    }
    if (found) lights[regions[i]].push(field.changes[i]);
  }
  const sorted = motions.subarray(0, known).sort();
  const top = sorted.subarray(Math.floor(known * 0.95));
  const camera = fitCameraStep(field);
  return {
    ...seen,
    residual: known > 0 ? residual / known : 0,
    explained: textured > 0 ? explained / textured : 1,
    medianMotion: sorted[known >> 1] ?? 0,
    topMotion: top.length > 0 ? mean(top) : 0,
    ownMotion: ownMotion(field, camera) * scale,
    light: lights.map(region => (region.length >= FEWEST_BLOCKS ? median(region) : undefined)),
    camera: camera && {
      ...camera,
      shiftX: camera.shiftX * scale,
      shiftY: camera.shiftY * scale,
    },
  };
}

let lastRegions: { columns: number; rows: number; regions: Uint8Array } | undefined;

/** Which of the 4×3 regions of the picture each block lies in, row by row. */
export function regionOfBlocks(columns: number, rows: number): Uint8Array {
  if (lastRegions?.columns === columns && lastRegions.rows === rows) return lastRegions.regions;
  const regions = Uint8Array.from({ length: columns * rows }, (_, block) => {
    const column = Math.floor(((block % columns) / columns) * REGION_COLUMNS);
    const row = Math.floor((Math.floor(block / columns) / rows) * REGION_ROWS);
    return row * REGION_COLUMNS + column;
  });
  lastRegions = { columns, rows, regions };
  return regions;
}

function ownMotion(field: BlockField, camera: CameraStep | undefined): number {
  if (!camera) return 0;
  const { motions, residuals, textures, columns, rows } = field;
  const { shiftX, shiftY, growth, roll } = camera;
  let [sum, count] = [0, 0];
  for (let row = 0, i = 0; row < rows; row++)
    for (let column = 0; column < columns; column++, i++) {
      if (residuals[i] < 0 || textures[i] < LEAST_TEXTURE) continue;
      const x = (column - (columns - 1) / 2) * BLOCK_PIXELS;
      const y = (row - (rows - 1) / 2) * BLOCK_PIXELS;
      const dx = motions[2 * i] - shiftX - growth * x + roll * y;
      const dy = motions[2 * i + 1] - shiftY - growth * y - roll * x;
      sum += Math.sqrt(dx * dx + dy * dy);
      count++;
    }
  return count > 0 ? sum / count : 0;
}
