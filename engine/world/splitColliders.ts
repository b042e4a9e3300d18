import type { WorldModel, WorldNode } from './worldModel.ts';

/** What is declared has to offer this share of the level surface that is seen, or there is nothing to stand on. */
const COMPLETE_SHARE = 0.25;
const LEVEL_NORMAL_Y = 0.7;

/**
 * Takes a single file apart into what is seen and what is touched. A file that declares no collision is touched as it
 * is seen: both are then the model itself. Where what is declared is a collider of the whole world, only that is
 * touched; where it stands for single things, it takes the place of those, and the rest is touched as it is seen.
 */
export function splitColliders(model: WorldModel): { visual: WorldModel; collider: WorldModel } {
  const declared = model.nodes.filter(node => node.collision !== undefined);
  const seen = model.nodes.filter(node => node.collision?.role !== 'only');
  if (declared.length === 0 || seen.length === 0) return { visual: model, collider: model };
  const silent = seen.filter(node => node.collision === undefined);
  const complete = levelArea(declared) >= COMPLETE_SHARE * levelArea([...seen]);
  const replaced = new Set(declared.flatMap(node => node.collision?.standsFor ?? []));
  const touched = [
    ...model.nodes.filter(node => node.collision !== undefined),
    ...(complete ? [] : silent.filter(node => !replaced.has(node.name))),
  ];
  const byName = new Map(seen.map(node => [node.name, node]));
  const names = new Set<string>();
  const nodes = touched.map((node): WorldNode => {
    const thing = byName.get(node.collision?.standsFor ?? '');
    if (!thing || node.collision?.role !== 'only') return node;
    // The collider of a thing moves as that thing does and goes by its name.
    const name = names.has(thing.name) ? node.name : thing.name;
    names.add(name);
    return {
      ...node,
      name,
      motion: thing.motion,
      ...(thing.massKilograms !== undefined && { massKilograms: thing.massKilograms }),
    };
  });
  return { visual: { ...model, nodes: seen }, collider: { ...model, nodes } };
}

/** Surface that lies level, seen from above, m². */
function levelArea(nodes: readonly WorldNode[]): number {
  let area = 0;
  for (const { worldFromNode: m, parts } of nodes)
    for (const { positions: p, indices } of parts)
      for (let i = 0; i + 2 < indices.length; i += 3) {
        const [a, b, c] = [3 * indices[i], 3 * indices[i + 1], 3 * indices[i + 2]];
        const edge = (from: number, to: number, row: number) =>
          m[row] * (p[to] - p[from]) +
          m[4 + row] * (p[to + 1] - p[from + 1]) +
          m[8 + row] * (p[to + 2] - p[from + 2]);
        const [ux, uy, uz] = [edge(a, b, 0), edge(a, b, 1), edge(a, b, 2)];
        const [vx, vy, vz] = [edge(a, c, 0), edge(a, c, 1), edge(a, c, 2)];
        const nx = uy * vz - uz * vy;
        const ny = uz * vx - ux * vz;
        const nz = ux * vy - uy * vx;
        if (Math.abs(ny) > LEVEL_NORMAL_Y * Math.hypot(nx, ny, nz)) area += Math.abs(ny) / 2;
      }
  return area;
}
