import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { worldSchema } from '../../../engine/world/worldSchema.ts';

interface JsonSchema {
  properties?: Record<string, JsonSchema>;
  items?: JsonSchema;
}

/** Names of all fields at any depth. */
function fieldsOf({ properties, items }: JsonSchema): string[] {
  const own = Object.entries(properties ?? {}).flatMap(([name, field]) => [name, ...fieldsOf(field)]);
  return items && !Array.isArray(items) ? [...own, ...fieldsOf(items)] : own;
}

describe('worldSchema', () => {
  it('every field of world.json is described in docs/world-folder.md', () => {
    const text = readFileSync(new URL('../../../docs/world-folder.md', import.meta.url), 'utf8');
    const fields = fieldsOf(z.toJSONSchema(worldSchema) as JsonSchema);
    expect(fields).toContain('medianReprojectionErrorPixels');
    // `cameras[].fx fy cx cy` names four fields in one row.
    const words = new Set(text.match(/[A-Za-z0-9]+/g));
    expect(fields.filter(field => !words.has(field))).toEqual([]);
  });
});
