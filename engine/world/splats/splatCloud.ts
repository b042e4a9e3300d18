import { DirectorError } from '../../errors.ts';

/**
 * 3D Gaussians (Kerbl et al. 2023). Metres, right-handed, +Y up: the world's frame, whatever a file's own axes are.
 * The cloud owns its arrays; all values are finite.
 */
export interface SplatCloud {
  count: number;
  /** xyz per Gaussian. */
  positions: Float32Array;
  /** Natural logarithms of the standard deviations along the Gaussian's own axes, 3 per Gaussian. */
  logScales: Float32Array;
  /** Unit quaternions xyzw, world from Gaussian. */
  rotations: Float32Array;
  /** 0–1. */
  opacities: Float32Array;
  /** Coefficients of the constant harmonic, rgb per Gaussian: sRGB colour = 0.5 + SH_C0 · value. */
  colors: Float32Array;
  /** Degree of the spherical harmonics that make colour depend on the direction, 0–4. */
  shDegree: number;
  /** shCoefficients(shDegree) · 3 per Gaussian: by coefficient, then by channel. */
  sh: Float32Array;
}

/** Value of the constant real spherical harmonic: 1 / (2 √π). */
export const SH_C0 = 0.28209479177387814;

/** Marble's full resolution is 2 million; with harmonics of degree 3 this many take 1 GB in memory. */
export const MAX_SPLATS = 4_000_000;

/** Numbers of one cloud, of all its arrays together: 1 GiB of 32-bit floats. */
export const MAX_SPLAT_NUMBERS = 2 ** 28;

/** Opacities that leave their logit finite: half a step of the 8 bits that SPZ has. */
const LEAST_OPACITY = 1 / 512;

/** Coefficients beyond the constant one, per channel. */
export function shCoefficients(degree: number): number {
  return (degree + 1) ** 2 - 1;
}

/** Numbers that one Gaussian takes in a cloud of this degree. */
export function numbersPerSplat(degree: number): number {
  return 14 + 3 * shCoefficients(degree);
}

/** @throws WORLD_TOO_LARGE */
export function checkSplatCount(count: number, shDegree: number, name: string): void {
  if (count > MAX_SPLATS || count * numbersPerSplat(shDegree) > MAX_SPLAT_NUMBERS)
    throw new DirectorError(
      'WORLD_TOO_LARGE',
      `${name} has ${count} Gaussians with harmonics of degree ${shDegree}; ${MAX_SPLATS} are read at most.`,
      {
        suggestion: 'Take the smaller version of the splats, or thin them out with their own tool.',
        details: { count, shDegree, limit: MAX_SPLATS },
      },
    );
}

/** @throws WORLD_TOO_LARGE before anything is allocated */
export function createSplatCloud(count: number, shDegree: number, name: string): SplatCloud {
  checkSplatCount(count, shDegree, name);
  return {
    count,
    positions: new Float32Array(3 * count),
    logScales: new Float32Array(3 * count),
    rotations: new Float32Array(4 * count),
    opacities: new Float32Array(count),
    colors: new Float32Array(3 * count),
    shDegree,
    sh: new Float32Array(3 * shCoefficients(shDegree) * count),
  };
}

export function logit(opacity: number): number {
  const p = Math.min(1 - LEAST_OPACITY, Math.max(LEAST_OPACITY, opacity));
  return Math.log(p / (1 - p));
}

export function sigmoid(value: number): number {
  return 1 / (1 + Math.exp(-value));
}

/** Makes the rotations unit; one without a direction turns nothing. */
export function normalizeRotations({ rotations }: SplatCloud): void {
  for (let i = 0; i < rotations.length; i += 4) {
    const length = Math.hypot(rotations[i], rotations[i + 1], rotations[i + 2], rotations[i + 3]);
    if (length < 1e-12) {
      rotations.fill(0, i, i + 3);
      rotations[i + 3] = 1;
    } else for (let k = 0; k < 4; k++) rotations[i + k] /= length;
  }
}

/** @throws WORLD_INVALID naming the first array that holds what is no number */
export function checkSplats(cloud: SplatCloud, name: string): void {
  const arrays = { ...cloud } as Record<string, unknown>;
  for (const [what, values] of Object.entries(arrays))
    if (values instanceof Float32Array && !values.every(Number.isFinite))
      throw new DirectorError('WORLD_INVALID', `${name}: the ${what} of its Gaussians are not all finite.`, {
        suggestion: 'Clean the splats with the tool that wrote them: some hold NaN or infinity.',
      });
}

/**
 * Signs that a half turn about x gives the harmonics beyond the constant one, in the order of 3DGS and SPZ: even in
 * y and z together keep theirs.
 */
const HALF_TURN_SIGNS = [-1, -1, 1, -1, 1, 1, -1, 1, -1, 1, -1, -1, 1, -1, 1, -1, 1, -1, 1, 1, -1, 1, -1, 1];

/**
 * Turns the cloud half round about x, in place: between +Y up with −Z ahead (RUB, the world's and SPZ's axes) and +Y
 * down with +Z ahead (RDF, OpenCV's and those of a trainer's PLY). Its own inverse.
 */
export function turnAboutX({ positions, rotations, sh, shDegree }: SplatCloud): void {
  for (let i = 0; i < positions.length; i += 3) {
    positions[i + 1] = -positions[i + 1];
    positions[i + 2] = -positions[i + 2];
  }
  // R' = F R F with F = diag(1, −1, −1): the covariance R S Rᵀ turns with it, since F leaves the diagonal S alone.
  for (let i = 0; i < rotations.length; i += 4) {
    rotations[i + 1] = -rotations[i + 1];
    rotations[i + 2] = -rotations[i + 2];
  }
  const coefficients = shCoefficients(shDegree);
  for (let i = 0; i < sh.length; i++)
    if (HALF_TURN_SIGNS[Math.floor(i / 3) % coefficients] < 0) sh[i] = -sh[i];
}
