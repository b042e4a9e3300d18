import { COLORS, type ColorName } from '../grammar/vocabulary.ts';
import type { Vector3 } from '../scene.ts';
import type { TextureName } from '../textures/textures.ts';
import type { Finish } from './sketch.ts';

/** How light each texture is on average: a colour asked for is divided by it, so that red stays as red on stone. */
const LIGHTNESS: Partial<Record<TextureName, number>> = {
  brick: 0.3,
  stone: 0.5,
  rock: 0.35,
  concrete: 0.4,
  planks: 0.4,
  wood: 0.5,
  carpet: 0.5,
  fabric: 0.5,
  metal: 0.75,
  asphalt: 0.25,
  cardboard: 0.5,
};

export function finish(texture: TextureName, tint: Vector3 = [1, 1, 1], more: Partial<Finish> = {}): Finish {
  return { texture, tint, ...more };
}

/** A finish in a named colour. */
export function colored(texture: TextureName, color: ColorName, more: Partial<Finish> = {}): Finish {
  const lift = 0.75 / (LIGHTNESS[texture] ?? 0.75);
  const tint = COLORS[color].map(channel => Math.min(1, channel * lift)) as Vector3;
  return { texture, tint, ...more };
}

/** What the prompt asks for where it asks, else the given finish. */
export function asked(
  wish: { material?: TextureName; color?: ColorName } | undefined,
  otherwise: Finish,
): Finish {
  if (!wish?.material && !wish?.color) return otherwise;
  const texture = wish.material ?? otherwise.texture;
  if (wish.color)
    return colored(texture, wish.color, otherwise.emissive ? { emissive: otherwise.emissive } : {});
  return finish(texture);
}
