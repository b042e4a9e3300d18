/**
 * Brute-force matching of 128-dimensional i16 descriptors by dot product: one pass gives each row's best and second
 * best column and each column's best row. Descriptors all have (nearly) the same length, so the largest dot product
 * is the smallest distance.
 */

@inline
function dot(a: usize, b: usize): i32 {
  let sum0 = i32x4.dot_i16x8_s(v128.load(a), v128.load(b));
  let sum1 = i32x4.dot_i16x8_s(v128.load(a, 16), v128.load(b, 16));
  for (let i: usize = 32; i < 256; i += 32) {
    sum0 = i32x4.add(sum0, i32x4.dot_i16x8_s(v128.load(a + i), v128.load(b + i)));
    sum1 = i32x4.add(sum1, i32x4.dot_i16x8_s(v128.load(a + i, 16), v128.load(b + i, 16)));
  }
  const sum = i32x4.add(sum0, sum1);
  return i32x4.extract_lane(sum, 0) + i32x4.extract_lane(sum, 1) + i32x4.extract_lane(sum, 2) + i32x4.extract_lane(sum, 3);
}

/**
 * rowBest: per row of a three i32 (column, dot, second-best dot); columnBest: per column of b three i32 likewise.
 * Unmatched entries hold −1. Positions (f32 pairs) and `reach` limit the search to columns within reach pixels.
 */
export function matchAll(
  a: usize,
  countA: i32,
  positionsA: usize,
  b: usize,
  countB: i32,
  positionsB: usize,
  reach: f32,
  rowBest: usize,
  columnBest: usize,
): void {
  for (let j = 0; j < countB; j++) {
    const column = columnBest + <usize>j * 12;
    store<i32>(column, -1);
    store<i32>(column + 4, -1);
    store<i32>(column + 8, -1);
  }
  for (let i = 0; i < countA; i++) {
    const descriptor = a + <usize>i * 256;
    const xa = load<f32>(positionsA + <usize>i * 8);
    const ya = load<f32>(positionsA + <usize>i * 8 + 4);
    let best = -1;
    let bestDot = -1;
    let secondDot = -1;
    for (let j = 0; j < countB; j++) {
      const position = positionsB + <usize>j * 8;
      if (abs(load<f32>(position) - xa) > reach || abs(load<f32>(position + 4) - ya) > reach) continue;
      const value = dot(descriptor, b + <usize>j * 256);
      if (value > secondDot) {
        if (value > bestDot) {
          secondDot = bestDot;
          bestDot = value;
          best = j;
        } else secondDot = value;
      }
      const column = columnBest + <usize>j * 12;
      if (value > load<i32>(column + 8)) {
        if (value > load<i32>(column + 4)) {
          store<i32>(column + 8, load<i32>(column + 4));
          store<i32>(column + 4, value);
          store<i32>(column, i);
        } else store<i32>(column + 8, value);
      }
    }
    const row = rowBest + <usize>i * 12;
    store<i32>(row, best);
    store<i32>(row + 4, bestDot);
    store<i32>(row + 8, secondDot);
  }
}

// The host allocates from here on; below lie the tables of the standard library that the kernel links in.
export { __heap_base };
