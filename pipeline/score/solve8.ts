/** Solves the 8×8 system M·x = b in place by elimination with row pivoting; rows of 9, the last column is b. Undefined where singular. */
export function solve8(rows: Float64Array): Float64Array | undefined {
  for (let column = 0; column < 8; column++) {
    let pivot = column;
    for (let r = column + 1; r < 8; r++)
      if (Math.abs(rows[r * 9 + column]) > Math.abs(rows[pivot * 9 + column])) pivot = r;
    const value = rows[pivot * 9 + column];
    if (Math.abs(value) < 1e-10) return undefined;
    if (pivot !== column)
      for (let k = column; k < 9; k++) {
        const swap = rows[pivot * 9 + k];
        rows[pivot * 9 + k] = rows[column * 9 + k];
        rows[column * 9 + k] = swap;
      }
    for (let r = column + 1; r < 8; r++) {
      const factor = rows[r * 9 + column] / value;
      if (factor !== 0) for (let k = column; k < 9; k++) rows[r * 9 + k] -= factor * rows[column * 9 + k];
    }
  }
  const x = new Float64Array(8);
  for (let r = 7; r >= 0; r--) {
    let sum = rows[r * 9 + 8];
    for (let k = r + 1; k < 8; k++) sum -= rows[r * 9 + k] * x[k];
    x[r] = sum / rows[r * 9 + r];
  }
  return x;
}
