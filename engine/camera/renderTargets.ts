import { BYTES_PER_SAMPLE_IN_ROW, type LoadedCameraKernel, SHADE_BYTES, strideFor } from './cameraKernel.ts';

/** Byte offsets of what a picture is drawn into. */
export interface RenderTargets {
  /** Planes of width × height × samplesPerAxis² f32 and u32, rows padded by strideFor. */
  sampleDepth: number;
  sampleIds: number;
  /** Tight rows of rgba, f32 and u16 a pixel: what is handed out. */
  color: number;
  depth: number;
  node: number;
}

/** Returns a function that gives room for a picture; it grows when a larger one is asked for. */
export function createRenderTargets(
  kernel: LoadedCameraKernel,
  samplesPerAxis: number,
  triangleCount: number,
): (width: number, height: number) => RenderTargets {
  let sampleCapacity = 0;
  let rowCapacity = 0;
  let targets: RenderTargets = { sampleDepth: 0, sampleIds: 0, color: 0, depth: 0, node: 0 };
  return (width, height) => {
    const samples = strideFor(width * samplesPerAxis) * height * samplesPerAxis;
    if (samples > sampleCapacity) {
      sampleCapacity = samples;
      // Whole blocks of 16 are written at a row's end, and groups of four at a picture's.
      targets = {
        sampleDepth: kernel.allocate(samples * 4 + 64),
        sampleIds: kernel.allocate(samples * 4 + 64),
        color: kernel.allocate(samples * 4 + 64),
        depth: kernel.allocate(samples * 4),
        node: kernel.allocate(samples * 2),
      };
      kernel.exports.setShades(kernel.allocate(Math.min(samples, triangleCount) * SHADE_BYTES));
    }
    // At most four samples a pixel in a row, and a group of four past its end.
    const row = strideFor(width) * samplesPerAxis * samplesPerAxis + 16;
    if (row > rowCapacity) {
      rowCapacity = row;
      kernel.exports.setSampleBuffers(kernel.allocate(row * BYTES_PER_SAMPLE_IN_ROW), row);
    }
    return targets;
  };
}
