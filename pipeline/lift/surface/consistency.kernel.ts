// Which depths other views confirm. See checkConsistency.ts.

/** Bytes of a witness in its table. */
const WITNESS: i32 = 120;

/**
 * Holds each depth of a map against the maps of other views, and writes what is left of it and how much it is trusted;
 * 0 where it is dropped. A map is three planes of f32: inverse depth, confidence, deviation.
 * @param witnesses 120 bytes each: the mapping into that view, 12 f64 (base, row-major, then offset, as EpipolarMap),
 *   then where its three planes lie, width and height, i32.
 * @param deviations, relative how far two depths may differ: so many of both deviations and such a share of the depth.
 * @param least so many views have to agree.
 */
export function confirmDepths(
  inverseDepth: usize, confidence: usize, deviation: usize, width: i32, height: i32, witnesses: usize, count: i32,
  outDepth: usize, outConfidence: usize, deviations: f64, relative: f64, least: i32,
): void {
  const end = witnesses + WITNESS * count;
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) {
      const at = <usize>(row * width + column) << 2;
      store<f32>(outDepth + at, 0);
      store<f32>(outConfidence + at, 0);
      const q = <f64>load<f32>(inverseDepth + at);
      if (!(q > 0)) continue;
      const x = <f64>column, y = <f64>row;
      const own = <f64>load<f32>(deviation + at);
      let weight: f64 = 1, sum = q, trust = <f64>load<f32>(confidence + at);
      let agreeing = 0, contradicting = 0;
      for (let m = witnesses; m < end; m += WITNESS) {
        const w = load<f64>(m, 48) * x + load<f64>(m, 56) * y + load<f64>(m, 64) + q * load<f64>(m, 88);
        if (w <= 1e-6) continue;
        const u = floor((load<f64>(m) * x + load<f64>(m, 8) * y + load<f64>(m, 16) + q * load<f64>(m, 72)) / w + 0.5);
        const v = floor((load<f64>(m, 24) * x + load<f64>(m, 32) * y + load<f64>(m, 40) + q * load<f64>(m, 80)) / w + 0.5);
        const otherWidth = load<i32>(m, 108);
        if (!(u >= 0 && v >= 0 && u < <f64>otherWidth && v < <f64>load<i32>(m, 112))) continue;
        const there = <usize>(<i32>v * otherWidth + <i32>u) << 2;
        const otherQ = <f64>load<f32>(<usize>load<u32>(m, 96) + there);
        if (!(otherQ > 0)) continue;
        // Depth in the other view is depth here times w, so inverse depths relate by 1 / w.
        const expected = q / w;
        const difference = otherQ - expected;
        const theirs = <f64>load<f32>(<usize>load<u32>(m, 104) + there);
        const trusted = <f64>load<f32>(<usize>load<u32>(m, 100) + there);
        if (abs(difference) < deviations * (own / w + theirs) + relative * expected) {
          agreeing++;
          trust += trusted;
          // Depth scales by w from view to view, and its deviation with it.
          const scaled = theirs * w;
          const share = min(4.0, own * own / (scaled * scaled));
          weight += share;
          sum += share * otherQ * w;
        } else if (difference < 0 && trusted > 0.3) {
          // The other view looks through this point.
          contradicting++;
        }
      }
      if (agreeing < least || contradicting > agreeing) continue;
      store<f32>(outDepth + at, <f32>(sum / weight));
      store<f32>(outConfidence + at, <f32>(min(1.0, <f64>agreeing / 4) * max(0.1, min(1.0, trust / <f64>(agreeing + 1)))));
    }
}

// The host allocates from here on; below lie the tables of the standard library that the kernel links in.
export { __heap_base };
