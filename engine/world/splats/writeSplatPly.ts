import { logit, type SplatCloud, shCoefficients, turnAboutX } from './splatCloud.ts';

/**
 * PLY in the layout of the 3DGS trainers: x y z nx ny nz f_dc_… f_rest_… opacity scale_… rot_…, 32-bit floats, binary
 * little-endian. Written with RDF axes (y down, z ahead), which viewers expect of such a file: they turn it upright.
 * The normals are 0, as the trainers leave them.
 */
export function writeSplatPly(cloud: SplatCloud): Uint8Array {
  const coefficients = shCoefficients(cloud.shDegree);
  const numbered = (name: string, count: number) => Array.from({ length: count }, (_, k) => `${name}_${k}`);
  const properties = [
    ...['x', 'y', 'z', 'nx', 'ny', 'nz'],
    ...numbered('f_dc', 3),
    ...numbered('f_rest', 3 * coefficients),
    'opacity',
    ...numbered('scale', 3),
    ...numbered('rot', 4),
  ];
  const header = new TextEncoder().encode(
    [
      'ply',
      'format binary_little_endian 1.0',
      'comment Gaussian splats, metres, x right, y down, z ahead',
      `element vertex ${cloud.count}`,
      ...properties.map(name => `property float ${name}`),
      'end_header',
      '',
    ].join('\n'),
  );
  const turned = {
    ...cloud,
    positions: cloud.positions.slice(),
    rotations: cloud.rotations.slice(),
    sh: cloud.sh.slice(),
  };
  turnAboutX(turned);
  const { positions, rotations, sh, colors, opacities, logScales } = turned;
  const bytes = new Uint8Array(header.length + 4 * properties.length * cloud.count);
  bytes.set(header);
  const view = new DataView(bytes.buffer);
  let at = header.length;
  const put = (value: number) => {
    view.setFloat32(at, value, true);
    at += 4;
  };
  for (let i = 0; i < cloud.count; i++) {
    for (let k = 0; k < 3; k++) put(positions[3 * i + k]);
    at += 12;
    for (let k = 0; k < 3; k++) put(colors[3 * i + k]);
    for (let channel = 0; channel < 3; channel++)
      for (let k = 0; k < coefficients; k++) put(sh[3 * (i * coefficients + k) + channel]);
    put(logit(opacities[i]));
    for (let k = 0; k < 3; k++) put(logScales[3 * i + k]);
    put(rotations[4 * i + 3]);
    for (let k = 0; k < 3; k++) put(rotations[4 * i + k]);
  }
  return bytes;
}
