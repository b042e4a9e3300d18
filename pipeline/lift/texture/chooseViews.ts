import type { MeshGraph } from './meshGraph.ts';
import type { ViewScores } from './scoreViews.ts';

/** Neighbours' costs are averaged so often: regions of one view become some decimetres wide. */
const SPREADING_PASSES = 6;
/** What an edge between two views costs: as much as a third of the triangle in half the pixels. */
const SEAM_COST = 0.35;
const SWEEPS = 12;

/**
 * One view per triangle: Potts model over the mesh (Waechter et al. 2014, section 3.1). Their graph cut is replaced:
 * costs are averaged over the neighbourhood first, which makes the regions large, and iterated conditional modes
 * (Besag 1986) then straightens their borders.
 * @returns per triangle the view, −1 where none shows all of it.
 */
export function chooseViews(scores: ViewScores, indices: Uint32Array, graph: MeshGraph): Int16Array {
  const { views } = scores;
  const cost = spreadCosts(scores, graph);
  const count = indices.length / 3;
  const costOf = (face: number, view: number): number =>
    cost[indices[3 * face] * views + view] +
    cost[indices[3 * face + 1] * views + view] +
    cost[indices[3 * face + 2] * views + view];
  const chosen = new Int16Array(count).fill(-1);
  for (let face = 0; face < count; face++) {
    let best = Number.POSITIVE_INFINITY;
    for (let view = 0; view < views; view++) {
      const own = costOf(face, view);
      if (own < best) {
        best = own;
        chosen[face] = view;
      }
    }
  }
  const { across } = graph;
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    let changed = false;
    for (let face = 0; face < count; face++) {
      if (chosen[face] < 0) continue;
      const around = [across[3 * face], across[3 * face + 1], across[3 * face + 2]];
      let best = Number.POSITIVE_INFINITY;
      let view = chosen[face];
      for (let k = -1; k < 3; k++) {
        const candidate = k < 0 ? chosen[face] : around[k] < 0 ? -1 : chosen[around[k]];
        if (candidate < 0 || (k >= 0 && candidate === chosen[face])) continue;
        let energy = costOf(face, candidate) / 3;
        for (const other of around) if (other >= 0 && chosen[other] !== candidate) energy += SEAM_COST;
        if (energy < best) {
          best = energy;
          view = candidate;
        }
      }
      if (view !== chosen[face]) {
        chosen[face] = view;
        changed = true;
      }
    }
    if (!changed) break;
  }
  return chosen;
}

/** A view that does not show a vertex stays out of its reach whatever the neighbours say. */
function spreadCosts({ views, cost }: ViewScores, { first, neighbours }: MeshGraph): Float32Array {
  let current = cost;
  for (let pass = 0; pass < SPREADING_PASSES; pass++) {
    const next = new Float32Array(cost.length).fill(Number.POSITIVE_INFINITY);
    for (let v = 0; v + 1 < first.length; v++)
      for (let view = 0; view < views; view++) {
        const own = current[v * views + view];
        if (own === Number.POSITIVE_INFINITY) continue;
        let sum = 2 * own;
        let weight = 2;
        for (let n = first[v]; n < first[v + 1]; n++) {
          const other = current[neighbours[n] * views + view];
          if (other === Number.POSITIVE_INFINITY) continue;
          sum += other;
          weight++;
        }
        next[v * views + view] = sum / weight;
      }
    current = next;
  }
  return current;
}
