/** 4×4 matrices, column-major as in glTF and WorldModel. */

export function multiplyMatrices(a: Float64Array, b: Float64Array): Float64Array {
  const product = new Float64Array(16);
  for (let column = 0; column < 4; column++)
    for (let row = 0; row < 4; row++) {
      let sum = 0;
      for (let k = 0; k < 4; k++) sum += a[k * 4 + row] * b[column * 4 + k];
      product[column * 4 + row] = sum;
    }
  return product;
}

/** Translation · rotation · scale. The quaternion xyzw is normalised first; a zero one stands for no rotation. */
export function composeMatrix(
  translation: readonly number[],
  rotation: readonly number[],
  scale: readonly number[],
): Float64Array {
  const length = Math.hypot(...rotation);
  const [x, y, z, w] = (length > 0 ? rotation.map(q => q / length) : [0, 0, 0, 1]) as [
    number,
    number,
    number,
    number,
  ];
  const [sx, sy, sz] = scale as [number, number, number];
  const [tx, ty, tz] = translation as [number, number, number];
  return Float64Array.of(
    (1 - 2 * (y * y + z * z)) * sx,
    2 * (x * y + z * w) * sx,
    2 * (x * z - y * w) * sx,
    0,
    2 * (x * y - z * w) * sy,
    (1 - 2 * (x * x + z * z)) * sy,
    2 * (y * z + x * w) * sy,
    0,
    2 * (x * z + y * w) * sz,
    2 * (y * z - x * w) * sz,
    (1 - 2 * (x * x + y * y)) * sz,
    0,
    tx,
    ty,
    tz,
    1,
  );
}

/** Determinant of the upper-left 3×3. */
export function determinant3(m: Float64Array): number {
  return (
    m[0] * (m[5] * m[10] - m[9] * m[6]) -
    m[4] * (m[1] * m[10] - m[9] * m[2]) +
    m[8] * (m[1] * m[6] - m[5] * m[2])
  );
}

/** Applies a 4×4 to points (xyz per point), out of place. */
export function transformPoints(m: Float64Array, points: Float32Array): Float32Array {
  const out = new Float32Array(points.length);
  for (let i = 0; i < points.length; i += 3) {
    const x = points[i];
    const y = points[i + 1];
    const z = points[i + 2];
    out[i] = m[0] * x + m[4] * y + m[8] * z + m[12];
    out[i + 1] = m[1] * x + m[5] * y + m[9] * z + m[13];
    out[i + 2] = m[2] * x + m[6] * y + m[10] * z + m[14];
  }
  return out;
}

/**
 * Applies the cofactors of a 4×4's upper-left 3×3 to normals and makes them unit length: the inverse transpose
 * up to a positive or negative factor, whose sign is put right, and defined for singular matrices too.
 */
export function transformNormals(m: Float64Array, normals: Float32Array): Float32Array {
  const sign = determinant3(m) < 0 ? -1 : 1;
  const c = [
    m[5] * m[10] - m[9] * m[6],
    m[8] * m[6] - m[4] * m[10],
    m[4] * m[9] - m[8] * m[5],
    m[9] * m[2] - m[1] * m[10],
    m[0] * m[10] - m[8] * m[2],
    m[8] * m[1] - m[0] * m[9],
    m[1] * m[6] - m[5] * m[2],
    m[4] * m[2] - m[0] * m[6],
    m[0] * m[5] - m[4] * m[1],
  ] as [number, number, number, number, number, number, number, number, number];
  const out = new Float32Array(normals.length);
  for (let i = 0; i < normals.length; i += 3) {
    const nx = normals[i];
    const ny = normals[i + 1];
    const nz = normals[i + 2];
    const x = c[0] * nx + c[3] * ny + c[6] * nz;
    const y = c[1] * nx + c[4] * ny + c[7] * nz;
    const z = c[2] * nx + c[5] * ny + c[8] * nz;
    const length = Math.hypot(x, y, z);
    // Below this the quotient overflows; such a normal has no direction left.
    const scale = length > 1e-290 ? sign / length : 0;
    out[i] = x * scale;
    out[i + 1] = y * scale;
    out[i + 2] = z * scale;
  }
  return out;
}
