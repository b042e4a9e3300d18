import type { MeshGraph } from './meshGraph.ts';
import type { ViewScores } from './scoreViews.ts';

/** How much of each view a vertex shows and what is added to that view's colours there. */
export interface Blend {
  /** [vertex][view], 0–1; the sum over a vertex's views is 1, or 0 where no chosen view shows it. */
  weights: Float32Array;
  /** [vertex][view] × 3, sRGB steps of 255, added to the view's colour. */
  offsets: Float32Array;
}

/** Around a seam views cross-fade over this many edges to each side. */
const FADING_PASSES = 2;
/** Colours farther apart than this (of 255) are not one surface in two lights but two things: no seam to level. */
const LEVELLED = 60;
/** Offsets change this reluctantly along the surface against how much seams want them to. */
const STIFFNESS = 4;
/** Keeps offsets that no seam asks for at nought. */
const ANCHOR = 0.01;
const ITERATIONS = 40;

/**
 * Cross-fades chosen views around their seams and levels what exposure and gleams make different: offsets per vertex
 * and view that close the seams and change slowly elsewhere (Waechter et al. 2014, section 4.1, after Lempitsky and
 * Ivanov 2007), solved by conjugate gradients from one offset per view. Instead of their Poisson editing of a band
 * along seams, views fade into each other across it.
 */
export function levelSeams(
  scores: ViewScores,
  indices: Uint32Array,
  chosen: Int16Array,
  graph: MeshGraph,
): Blend {
  const weights = fadeViews(scores, indices, chosen, graph);
  const { views } = scores;
  const used: number[] = [];
  const slotOf = new Int32Array(weights.length).fill(-1);
  for (let slot = 0; slot < weights.length; slot++)
    if (weights[slot] > 0) {
      slotOf[slot] = used.length;
      used.push(slot);
    }
  const pairs: number[] = [];
  for (let v = 0; v + 1 < graph.first.length; v++)
    for (let a = v * views; a < (v + 1) * views; a++) {
      if (slotOf[a] < 0) continue;
      for (let b = a + 1; b < (v + 1) * views; b++)
        if (slotOf[b] >= 0 && areAlike(scores.color, a, b)) pairs.push(a, b);
    }
  const ties: number[] = [];
  for (let e = 0; e < graph.edges.length; e += 2)
    for (let view = 0; view < views; view++) {
      const a = slotOf[graph.edges[e] * views + view];
      const b = slotOf[graph.edges[e + 1] * views + view];
      if (a >= 0 && b >= 0) ties.push(a, b);
    }
  const offsets = new Float32Array(3 * weights.length);
  if (pairs.length === 0) return { weights, offsets };
  const seams = Uint32Array.from(pairs, slot => slotOf[slot]);
  const smooth = Uint32Array.from(ties);
  const perView = [0, 1, 2].map(channel => offsetPerView(scores, pairs, channel));
  const solution = new Float64Array(3 * used.length);
  const right = new Float64Array(3 * used.length);
  for (let k = 0; k < 3; k++) {
    for (const [i, slot] of used.entries()) solution[3 * i + k] = perView[k][slot % views];
    for (let i = 0; i < pairs.length; i += 2) {
      const difference = scores.color[3 * pairs[i] + k] - scores.color[3 * pairs[i + 1] + k];
      right[3 * seams[i] + k] -= difference;
      right[3 * seams[i + 1] + k] += difference;
    }
  }
  solve(seams, smooth, right, solution);
  for (const [i, slot] of used.entries())
    for (let k = 0; k < 3; k++) offsets[3 * slot + k] = solution[3 * i + k];
  return { weights, offsets };
}

function areAlike(color: Uint8Array, a: number, b: number): boolean {
  for (let k = 0; k < 3; k++) if (Math.abs(color[3 * a + k] - color[3 * b + k]) > LEVELLED) return false;
  return true;
}

function fadeViews(
  { views, cost }: ViewScores,
  indices: Uint32Array,
  chosen: Int16Array,
  { first, neighbours }: MeshGraph,
): Float32Array {
  let weights = new Float32Array(cost.length);
  for (let corner = 0; corner < indices.length; corner++) {
    const view = chosen[Math.floor(corner / 3)];
    if (view >= 0) weights[indices[corner] * views + view]++;
  }
  for (let pass = 0; pass <= FADING_PASSES; pass++) {
    const next = new Float32Array(weights.length);
    for (let v = 0; v + 1 < first.length; v++) {
      let total = 0;
      for (let view = 0; view < views; view++) {
        const slot = v * views + view;
        if (cost[slot] === Number.POSITIVE_INFINITY) continue;
        next[slot] = weights[slot];
        // The first pass only makes the sums 1.
        if (pass > 0)
          for (let n = first[v]; n < first[v + 1]; n++)
            next[slot] += weights[neighbours[n] * views + view] / (first[v + 1] - first[v]);
        if (next[slot] < 0.02) next[slot] = 0;
        total += next[slot];
      }
      if (total > 0) for (let slot = v * views; slot < (v + 1) * views; slot++) next[slot] /= total;
    }
    weights = next;
  }
  return weights;
}

/** One offset per view that brings the seams together as well as one can: normal equations, Gauss-Seidel. */
function offsetPerView(
  { views, color }: ViewScores,
  pairs: readonly number[],
  channel: number,
): Float64Array {
  const counts = new Float64Array(views * views);
  const sums = new Float64Array(views * views);
  for (let i = 0; i < pairs.length; i += 2) {
    const [a, b] = [pairs[i] % views, pairs[i + 1] % views];
    const difference = color[3 * pairs[i] + channel] - color[3 * pairs[i + 1] + channel];
    counts[a * views + b]++;
    counts[b * views + a]++;
    sums[a * views + b] -= difference;
    sums[b * views + a] += difference;
  }
  const offset = new Float64Array(views);
  for (let sweep = 0; sweep < 100; sweep++)
    for (let a = 0; a < views; a++) {
      let right = 0;
      let weight = 1;
      for (let b = 0; b < views; b++) {
        right += sums[a * views + b] + counts[a * views + b] * offset[b];
        weight += counts[a * views + b];
      }
      offset[a] = right / weight;
    }
  return offset;
}

/** Conjugate gradients with a diagonal preconditioner, three channels as one; `x` holds the start and the result. */
function solve(seams: Uint32Array, smooth: Uint32Array, right: Float64Array, x: Float64Array): void {
  const diagonal = new Float64Array(x.length).fill(ANCHOR);
  for (const i of seams) for (let k = 0; k < 3; k++) diagonal[3 * i + k]++;
  for (const i of smooth) for (let k = 0; k < 3; k++) diagonal[3 * i + k] += STIFFNESS;
  const product = new Float64Array(x.length);
  const multiply = (from: Float64Array) => {
    for (let i = 0; i < from.length; i++) product[i] = ANCHOR * from[i];
    pull(seams, 1, from, product);
    pull(smooth, STIFFNESS, from, product);
  };
  multiply(x);
  const residual = new Float64Array(x.length);
  const direction = new Float64Array(x.length);
  let energy = 0;
  for (let i = 0; i < x.length; i++) {
    residual[i] = right[i] - product[i];
    direction[i] = residual[i] / diagonal[i];
    energy += residual[i] * direction[i];
  }
  for (let iteration = 0; iteration < ITERATIONS && energy > 1e-3; iteration++) {
    multiply(direction);
    let along = 0;
    for (let i = 0; i < x.length; i++) along += direction[i] * product[i];
    const step = energy / along;
    let next = 0;
    for (let i = 0; i < x.length; i++) {
      x[i] += step * direction[i];
      residual[i] -= step * product[i];
      next += (residual[i] * residual[i]) / diagonal[i];
    }
    const share = next / energy;
    for (let i = 0; i < x.length; i++) direction[i] = residual[i] / diagonal[i] + share * direction[i];
    energy = next;
  }
}

/** Adds the pull of springs between pairs of unknowns. */
function pull(pairs: Uint32Array, strength: number, from: Float64Array, to: Float64Array): void {
  for (let i = 0; i < pairs.length; i += 2) {
    const [a, b] = [3 * pairs[i], 3 * pairs[i + 1]];
    for (let k = 0; k < 3; k++) {
      const force = strength * (from[a + k] - from[b + k]);
      to[a + k] += force;
      to[b + k] -= force;
    }
  }
}
