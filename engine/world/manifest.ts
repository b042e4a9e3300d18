import { DirectorError } from '../errors.ts';
import type { WorldModel } from './worldModel.ts';
import { type WorldManifest, worldSchema } from './worldSchema.ts';

/** Reads world.json. Throws WORLD_SCHEMA naming what is wrong; `name` is what the file is called in messages. */
export function parseManifest(bytes: Uint8Array, name: string): WorldManifest {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new DirectorError('WORLD_SCHEMA', `${name} is not JSON: ${(cause as Error).message}.`, { cause });
  }
  const parsed = worldSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(
    issue => `${issue.path.join('.') || 'world.json'}: ${issue.message}`,
  );
  throw new DirectorError('WORLD_SCHEMA', `${name} is refused: ${issues.slice(0, 3).join('; ')}.`, {
    details: { issues },
  });
}

/**
 * The manifest's objects are the folder's authority on what moves: it overrides the node extras of both models.
 * Throws WORLD_SCHEMA for an object whose node is in neither.
 */
export function applyManifest(
  world: { visual: WorldModel; collider: WorldModel },
  manifest: WorldManifest,
): void {
  for (const object of manifest.objects) {
    const nodes = [world.visual, world.collider].flatMap(model =>
      model.nodes.filter(node => node.name === object.node),
    );
    if (nodes.length === 0)
      throw new DirectorError(
        'WORLD_SCHEMA',
        `world.json names the object ${object.id} at node ${object.node}, which visual.glb lacks.`,
      );
    for (const node of nodes) {
      node.motion = object.motion;
      if (object.massKilograms !== undefined) node.massKilograms = object.massKilograms;
    }
  }
}
