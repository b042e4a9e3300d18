/** How a node takes part in touching, as its name says it: seen and solid, or solid only. */
export interface ColliderName {
  role: 'solid' | 'only';
  /** The name without the mark; the thing that a solid-only node stands for has it. */
  base: string;
}

/** Unreal Engine's static mesh import: UCX convex, UBX box, USP sphere, UCP capsule, MCDCX multi-convex. */
const UNREAL = /^(?:ucx|ubx|usp|ucp|mcdcx)_(.+?)(?:_\d+)?$/i;
/** Godot's scene import: -col and -convcol keep what is seen, -colonly and -convcolonly do not. */
const GODOT = /^(.*?)[-$](col|convcol|colonly|convcolonly|rigid)$/i;
/** What most other tools and people write, before or after the name. */
const AFTER =
  /^(.*?)[\s._-]*(?<![a-z0-9])(?:col|coll|collider|colliders|collision|collisions|hitbox)(?:[\s._-]*(?:mesh|box|hull|geo|geometry))?[\s._-]*\d*$/i;
const BEFORE = /^(?:col|coll|collider|collision|hitbox)[\s._-]+(.+)$/i;
/** Blender numbers copies. */
const COPY_NUMBER = /\.\d+$/;

/** Reads a node's name by the conventions of game tools; undefined where it says nothing about touching. */
export function readColliderName(name: string): ColliderName | undefined {
  const plain = name.replace(COPY_NUMBER, '');
  const unreal = UNREAL.exec(plain);
  if (unreal) return { role: 'only', base: unreal[1] };
  const godot = GODOT.exec(plain);
  if (godot) return { role: /only$/i.test(godot[2]) ? 'only' : 'solid', base: godot[1] };
  const after = AFTER.exec(plain);
  if (after) return { role: 'only', base: after[1] };
  const before = BEFORE.exec(plain);
  return before ? { role: 'only', base: before[1] } : undefined;
}
