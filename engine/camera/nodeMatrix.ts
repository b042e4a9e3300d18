/** Four columns of worldFromNode and three of the matrix that carries normals (its cofactors), each padded to four. */
export function nodeMatrixColumns(m: Float64Array): { columns: Float32Array; mirrored: boolean } {
  const cofactor = (a: number, b: number): [number, number, number] => [
    m[a + 1] * m[b + 2] - m[a + 2] * m[b + 1],
    m[a + 2] * m[b] - m[a] * m[b + 2],
    m[a] * m[b + 1] - m[a + 1] * m[b],
  ];
  const x = cofactor(4, 8);
  const determinant = m[0] * x[0] + m[1] * x[1] + m[2] * x[2];
  const sign = determinant < 0 ? -1 : 1;
  const columns = new Float32Array(28);
  for (let k = 0; k < 16; k++) columns[k] = m[k];
  [x, cofactor(8, 0), cofactor(0, 4)].forEach((column, i) => {
    columns.set(
      column.map(value => value * sign),
      16 + i * 4,
    );
  });
  return { columns, mirrored: determinant < 0 };
}
