/** Who touches whom in a triangle mesh. */
export interface MeshGraph {
  /** Unique edges, two vertices each, in the order in which triangles first name them. */
  edges: Uint32Array;
  /** Per triangle corner k the triangle across the edge k → k + 1; −1 at a border. Of more than two the first two. */
  across: Int32Array;
  /** Neighbours of vertex v: neighbours[first[v]] … neighbours[first[v + 1] − 1]. */
  first: Uint32Array;
  neighbours: Uint32Array;
}

export function meshGraph(vertexCount: number, indices: Uint32Array): MeshGraph {
  const across = new Int32Array(indices.length).fill(-1);
  const edges: number[] = [];
  const corners = new Map<number, number>();
  const degree = new Uint32Array(vertexCount + 1);
  for (let corner = 0; corner < indices.length; corner++) {
    const a = indices[corner];
    const b = indices[corner % 3 === 2 ? corner - 2 : corner + 1];
    const key = Math.min(a, b) * vertexCount + Math.max(a, b);
    const other = corners.get(key);
    if (other === undefined) {
      corners.set(key, corner);
      edges.push(a, b);
      degree[a + 1]++;
      degree[b + 1]++;
    } else if (across[other] < 0) {
      across[other] = Math.floor(corner / 3);
      across[corner] = Math.floor(other / 3);
    }
  }
  for (let v = 0; v < vertexCount; v++) degree[v + 1] += degree[v];
  const neighbours = new Uint32Array(edges.length);
  const next = degree.slice();
  for (let e = 0; e < edges.length; e += 2) {
    neighbours[next[edges[e]]++] = edges[e + 1];
    neighbours[next[edges[e + 1]]++] = edges[e];
  }
  return { edges: Uint32Array.from(edges), across, first: degree, neighbours };
}

/** Values per vertex averaged with those of its neighbours. */
export function smoothed(
  values: Float32Array,
  channels: number,
  { first, neighbours }: MeshGraph,
  passes: number,
): Float32Array {
  let current = values;
  for (let pass = 0; pass < passes; pass++) {
    const next = new Float32Array(current.length);
    for (let v = 0; v + 1 < first.length; v++) {
      const share = 1 / (1 + first[v + 1] - first[v]);
      for (let k = 0; k < channels; k++) {
        let sum = current[channels * v + k];
        for (let n = first[v]; n < first[v + 1]; n++) sum += current[channels * neighbours[n] + k];
        next[channels * v + k] = sum * share;
      }
    }
    current = next;
  }
  return current;
}
