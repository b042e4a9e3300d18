import { DirectorError } from '../../errors.ts';
import { readPlyColumn, readPlyHeader } from '../ply/readPly.ts';
import {
  checkSplats,
  createSplatCloud,
  normalizeRotations,
  type SplatCloud,
  shCoefficients,
  sigmoid,
  turnAboutX,
} from './splatCloud.ts';

/**
 * Reads Gaussians from a PLY as the 3DGS trainers write it: x y z, f_dc_0–2, f_rest_…, opacity (logit), scale_0–2
 * (logarithms), rot_0–3 (wxyz), in any order, among others. Its axes are taken as RDF, as SPZ's own converter does.
 * @param name what the file is called in messages
 * @throws WORLD_UNREADABLE, WORLD_UNSUPPORTED (also a compressed PLY, or points without Gaussians), WORLD_INVALID,
 *   WORLD_EMPTY, WORLD_TOO_LARGE
 */
export function readSplatPly(bytes: Uint8Array, name: string): SplatCloud {
  const { elements } = readPlyHeader(bytes, name);
  const vertex = elements.get('vertex');
  if (elements.has('chunk') || vertex?.properties.has('packed_position'))
    throw new DirectorError('WORLD_UNSUPPORTED', `${name} is a compressed PLY of PlayCanvas.`, {
      suggestion: 'Save it as a plain PLY or as SPZ.',
    });
  const property = (key: string) => {
    const found = vertex?.properties.get(key);
    if (!vertex || !found)
      throw new DirectorError('WORLD_UNSUPPORTED', `${name} has no ${key}: it holds no Gaussians.`, {
        suggestion: 'Give the PLY of a Gaussian splat, with opacity, scales and rotations.',
      });
    return { vertex, found };
  };
  const { vertex: rows } = property('x');
  if (rows.count === 0) throw new DirectorError('WORLD_EMPTY', `${name} has no Gaussians.`);
  const rest = [...rows.properties.keys()].filter(key => /^f_rest_\d+$/.test(key)).length;
  const shDegree = [0, 1, 2, 3, 4].find(degree => 3 * shCoefficients(degree) === rest);
  if (shDegree === undefined)
    throw new DirectorError(
      'WORLD_INVALID',
      `${name} has ${rest} f_rest values, which is no whole degree of harmonics.`,
      { suggestion: 'Save the splats with harmonics of degree 0 to 4.' },
    );
  const cloud = createSplatCloud(rows.count, shDegree, name);
  const read = (key: string, into: Float32Array, first: number, step: number) => {
    const { vertex, found } = property(key);
    readPlyColumn(bytes, vertex, found, into, first, step);
  };
  for (const [k, axis] of ['x', 'y', 'z'].entries()) read(axis, cloud.positions, k, 3);
  for (let k = 0; k < 3; k++) {
    read(`f_dc_${k}`, cloud.colors, k, 3);
    read(`scale_${k}`, cloud.logScales, k, 3);
  }
  // A PLY has w first.
  for (let k = 0; k < 4; k++) read(`rot_${k}`, cloud.rotations, (k + 3) % 4, 4);
  read('opacity', cloud.opacities, 0, 1);
  // A PLY has all of red, then green, then blue.
  const coefficients = shCoefficients(shDegree);
  for (let i = 0; i < rest; i++) {
    const [channel, coefficient] = [Math.floor(i / coefficients), i % coefficients];
    read(`f_rest_${i}`, cloud.sh, 3 * coefficient + channel, rest);
  }
  checkSplats(cloud, name);
  for (let i = 0; i < cloud.count; i++) cloud.opacities[i] = sigmoid(cloud.opacities[i]);
  normalizeRotations(cloud);
  turnAboutX(cloud);
  return cloud;
}
