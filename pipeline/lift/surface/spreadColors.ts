import type { VertexColors } from './colorVertices.ts';
import type { CellMesh } from './gridMesh.ts';

type Rgb = [number, number, number];

/** Where nothing was seen at all. */
const UNSEEN: Rgb = [0.3, 0.3, 0.3];

/** Copied step by step, the pattern of an edge becomes stripes: with every step it fades towards the mean. */
const FADING = 0.35;
const FADING_STEPS = 3;

/**
 * Gives the corners of cells that no view saw the colour of the nearest that one did, growing outwards step by step.
 * @param meshes of one grid; the colours are written.
 * @param width corners along u.
 * @param around colours that are known beside the meshes, by key.
 */
export function spreadColors(
  meshes: readonly { mesh: CellMesh; colored: VertexColors }[],
  width: number,
  around: ReadonlyMap<number, Rgb> = new Map(),
): void {
  const known = new Map<number, Rgb>(around);
  const unknown = new Set<number>();
  for (const { mesh, colored } of meshes)
    for (let v = 0; v < mesh.keys.length; v++)
      if (colored.seen[v]) known.set(mesh.keys[v], [0, 1, 2].map(k => colored.colors[4 * v + k]) as Rgb);
      else unknown.add(mesh.keys[v]);
  for (const key of known.keys()) unknown.delete(key);
  const mean = meanOf(known);
  let steps = 0;
  let frontier = [...unknown];
  while (frontier.length > 0) {
    const found: [number, Rgb][] = [];
    const waiting: number[] = [];
    for (const key of frontier) {
      const column = key % width;
      const beside = [
        column > 0 ? key - 1 : -1,
        column < width - 1 ? key + 1 : -1,
        key - width,
        key + width,
      ].flatMap(k => {
        const color = known.get(k);
        return color ? [color] : [];
      });
      if (beside.length === 0) waiting.push(key);
      else
        found.push([
          key,
          [0, 1, 2].map(k => beside.reduce((sum, c) => sum + c[k], 0) / beside.length) as Rgb,
        ]);
    }
    if (found.length === 0) break;
    steps++;
    const share = Math.exp(-steps / FADING_STEPS);
    for (const [key, color] of found)
      known.set(key, color.map((c, k) => mean[k] + (1 - FADING * (1 - share)) * (c - mean[k])) as Rgb);
    frontier = waiting;
  }
  for (const { mesh, colored } of meshes)
    for (let v = 0; v < mesh.keys.length; v++) {
      if (colored.seen[v]) continue;
      const color = known.get(mesh.keys[v]) ?? UNSEEN;
      for (let k = 0; k < 3; k++) colored.colors[4 * v + k] = color[k];
    }
}

function meanOf(known: ReadonlyMap<number, Rgb>): Rgb {
  const sum: Rgb = [0, 0, 0];
  for (const color of known.values()) for (let k = 0; k < 3; k++) sum[k] += color[k] / known.size;
  return sum;
}
