import type { ThingName } from '../grammar/vocabulary.ts';
import { FURNITURE } from './furniture.ts';
import { GOODS } from './goods.ts';
import { OUTDOOR_THINGS } from './outdoor.ts';
import type { ThingRecipe } from './thing.ts';

const CATALOG: Readonly<Record<string, ThingRecipe>> = { ...FURNITURE, ...GOODS, ...OUTDOOR_THINGS };

export function thingRecipe(kind: ThingName): ThingRecipe {
  return CATALOG[kind];
}
