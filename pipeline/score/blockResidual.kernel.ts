/**
 * Block matching of 8×8 blocks between two 8-bit images: full search by sum of absolute differences around a
 * guess, then the mean absolute difference at the best place after the block's change of brightness is taken off.
 */

@inline
function row(p: usize): v128 {
  return v128.load8x8_u(p);
}

@inline
function blockSum(a: usize, b: usize, width: usize): u32 {
  let sum: v128 = i16x8.splat(0);
  for (let r: usize = 0; r < 8; r++) sum = i16x8.add(sum, i16x8.abs(i16x8.sub(row(a + r * width), row(b + r * width))));
  const pairs = i32x4.extadd_pairwise_i16x8_u(sum);
  return i32x4.extract_lane(pairs, 0) + i32x4.extract_lane(pairs, 1) + i32x4.extract_lane(pairs, 2) + i32x4.extract_lane(pairs, 3);
}

/** For every 8×8 block of `a` writes its residual (f32, gray levels) to `out`, or −1 where the search leaves the image. */
export function blockResiduals(a: usize, b: usize, width: i32, height: i32, guesses: usize, radius: i32, out: usize): void {
  const columns = width >> 3;
  const rows = height >> 3;
  const stride = <usize>width;
  for (let by = 0; by < rows; by++) {
    for (let bx = 0; bx < columns; bx++) {
      const index = by * columns + bx;
      const x = bx << 3;
      const y = by << 3;
      const gx = x + load<i32>(guesses + <usize>index * 8);
      const gy = y + load<i32>(guesses + <usize>index * 8 + 4);
      const block = a + <usize>(y * width + x);
      if (gx - radius < 0 || gy - radius < 0 || gx + radius + 8 > width || gy + radius + 8 > height) {
        store<f32>(out + <usize>index * 4, -1);
        continue;
      }
      let best: u32 = u32.MAX_VALUE;
      let place: usize = 0;
      for (let dy = -radius; dy <= radius; dy++)
        for (let dx = -radius; dx <= radius; dx++) {
          const candidate = b + <usize>((gy + dy) * width + gx + dx);
          const cost = blockSum(block, candidate, stride);
          if (cost < best) {
            best = cost;
            place = candidate;
          }
        }
      let difference: v128 = i16x8.splat(0);
      for (let r: usize = 0; r < 8; r++) difference = i16x8.add(difference, i16x8.sub(row(block + r * stride), row(place + r * stride)));
      const signed = i32x4.extadd_pairwise_i16x8_s(difference);
      const sum = i32x4.extract_lane(signed, 0) + i32x4.extract_lane(signed, 1) + i32x4.extract_lane(signed, 2) + i32x4.extract_lane(signed, 3);
      const mean = i16x8.splat(<i16>nearest(<f32>sum / 64));
      let absolute: v128 = i16x8.splat(0);
      for (let r: usize = 0; r < 8; r++)
        absolute = i16x8.add(absolute, i16x8.abs(i16x8.sub(i16x8.sub(row(block + r * stride), row(place + r * stride)), mean)));
      const pairs = i32x4.extadd_pairwise_i16x8_u(absolute);
      const total = i32x4.extract_lane(pairs, 0) + i32x4.extract_lane(pairs, 1) + i32x4.extract_lane(pairs, 2) + i32x4.extract_lane(pairs, 3);
      store<f32>(out + <usize>index * 4, <f32>total / 64);
    }
  }
}

/** Sum of |a − b| over `count` bytes. */
export function absoluteDifference(a: usize, b: usize, count: i32): f64 {
  let total: f64 = 0;
  let i = 0;
  while (i + 16 <= count) {
    const end = min(i + 16 * 120, count & ~15);
    let sum: v128 = i32x4.splat(0);
    for (; i < end; i += 16) {
      const p = v128.load(a + <usize>i);
      const q = v128.load(b + <usize>i);
      const difference = v128.sub<u8>(v128.max<u8>(p, q), v128.min<u8>(p, q));
      sum = i32x4.add(sum, i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(difference)));
    }
    total += <f64>(i32x4.extract_lane(sum, 0) + i32x4.extract_lane(sum, 1) + i32x4.extract_lane(sum, 2) + i32x4.extract_lane(sum, 3));
  }
  for (; i < count; i++) total += Math.abs(<f64>load<u8>(a + <usize>i) - <f64>load<u8>(b + <usize>i));
  return total;
}

/** Means of 2×2 pixels, rounded; output sides are width >> 1 and height >> 1. */
export function halve(src: usize, dst: usize, width: i32, height: i32): void {
  const outWidth = width >> 1;
  for (let y = 0; y < height >> 1; y++)
    for (let x = 0; x < outWidth; x++) {
      const p = src + <usize>(2 * y * width + 2 * x);
      const sum = <u32>load<u8>(p) + <u32>load<u8>(p + 1) + <u32>load<u8>(p + <usize>width) + <u32>load<u8>(p + <usize>width + 1);
      store<u8>(dst + <usize>(y * outWidth + x), <u8>((sum + 2) >> 2));
    }
}

// The host allocates from here on; below lie the tables of the standard library that the kernel links in.
export { __heap_base };
