/** 4×4 column-major transforms, as glTF stores them. */

export function identity(): Float64Array {
  return new Float64Array([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]);
}

export function multiply(a: Float64Array, b: Float64Array): Float64Array {
  const out = new Float64Array(16);
  for (let column = 0; column < 4; column++)
    for (let row = 0; row < 4; row++) {
      let sum = 0;
      for (let k = 0; k < 4; k++) sum += a[k * 4 + row] * b[column * 4 + k];
      out[column * 4 + row] = sum;
    }
  return out;
}

export function translation(x: number, y: number, z: number): Float64Array {
  return new Float64Array([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, x, y, z, 1]);
}

export function scaling(x: number, y: number, z: number): Float64Array {
  return new Float64Array([x, 0, 0, 0, 0, y, 0, 0, 0, 0, z, 0, 0, 0, 0, 1]);
}

/** About +X, right-handed: positive turns −Z upwards. */
export function rotationX(angle: number): Float64Array {
  const c = Math.cos(angle);
  const s = Math.sin(angle);
  return new Float64Array([1, 0, 0, 0, 0, c, s, 0, 0, -s, c, 0, 0, 0, 0, 1]);
}

/** About +Y, right-handed: positive turns −Z towards −X. */
export function rotationY(angle: number): Float64Array {
  const c = Math.cos(angle);
  const s = Math.sin(angle);
  return new Float64Array([c, 0, -s, 0, 0, 1, 0, 0, s, 0, c, 0, 0, 0, 0, 1]);
}

export function rotationZ(angle: number): Float64Array {
  const c = Math.cos(angle);
  const s = Math.sin(angle);
  return new Float64Array([c, s, 0, 0, -s, c, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]);
}

/** The product of the given transforms; the last is applied first. */
export function chain(...transforms: Float64Array[]): Float64Array {
  return transforms.reduce(multiply, identity());
}

/** xyzw of a transform whose upper 3×3 is a pure rotation. Shepperd's method. */
export function rotationQuaternion(m: Float64Array): [number, number, number, number] {
  const [m00, m10, m20] = [m[0], m[1], m[2]];
  const [m01, m11, m21] = [m[4], m[5], m[6]];
  const [m02, m12, m22] = [m[8], m[9], m[10]];
  const trace = m00 + m11 + m22;
  if (trace > 0) {
    const s = Math.sqrt(trace + 1) * 2;
    return [(m21 - m12) / s, (m02 - m20) / s, (m10 - m01) / s, s / 4];
  }
  if (m00 > m11 && m00 > m22) {
    const s = Math.sqrt(1 + m00 - m11 - m22) * 2;
    return [s / 4, (m01 + m10) / s, (m02 + m20) / s, (m21 - m12) / s];
  }
  if (m11 > m22) {
    const s = Math.sqrt(1 + m11 - m00 - m22) * 2;
    return [(m01 + m10) / s, s / 4, (m12 + m21) / s, (m02 - m20) / s];
  }
  const s = Math.sqrt(1 + m22 - m00 - m11) * 2;
  return [(m02 + m20) / s, (m12 + m21) / s, s / 4, (m10 - m01) / s];
}
