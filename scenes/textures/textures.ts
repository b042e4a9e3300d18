import type { ImageRgba } from '../../engine/world/worldModel.ts';
import { textureRandom } from './canvas.ts';
import {
  paintBooks,
  paintCardboard,
  paintCarpet,
  paintFabric,
  paintMetal,
  paintPaper,
  paintRust,
  paintSkin,
} from './goods.ts';
import { paintAsphalt, paintBark, paintDirt, paintFoliage, paintGrass, paintLeaves } from './ground.ts';
import {
  paintBrick,
  paintConcrete,
  paintMarble,
  paintPlaster,
  paintRock,
  paintStone,
  paintTiles,
} from './masonry.ts';
import { paintPlanks, paintWood } from './wood.ts';

/** Every texture: the metres that one tile covers, and how it is painted. Surfaces multiply it with a tint. */
export const TEXTURES = {
  plaster: { tileMeters: 2.6, paint: paintPlaster },
  brick: { tileMeters: 2.4, paint: paintBrick },
  stone: { tileMeters: 2.8, paint: paintStone },
  rock: { tileMeters: 3.2, paint: paintRock },
  tiles: { tileMeters: 2.4, paint: paintTiles },
  concrete: { tileMeters: 3, paint: paintConcrete },
  marble: { tileMeters: 2.4, paint: paintMarble },
  planks: { tileMeters: 2.4, paint: paintPlanks },
  wood: { tileMeters: 1.2, paint: paintWood },
  carpet: { tileMeters: 2, paint: paintCarpet },
  fabric: { tileMeters: 1, paint: paintFabric },
  metal: { tileMeters: 1.4, paint: paintMetal },
  rust: { tileMeters: 1.6, paint: paintRust },
  cardboard: { tileMeters: 1, paint: paintCardboard },
  paper: { tileMeters: 1, paint: paintPaper },
  books: { tileMeters: 1.2, paint: paintBooks },
  skin: { tileMeters: 0.8, paint: paintSkin },
  grass: { tileMeters: 2.6, paint: paintGrass },
  dirt: { tileMeters: 2.8, paint: paintDirt },
  leaves: { tileMeters: 2.4, paint: paintLeaves },
  foliage: { tileMeters: 1.6, paint: paintFoliage },
  bark: { tileMeters: 1.2, paint: paintBark },
  asphalt: { tileMeters: 2.8, paint: paintAsphalt },
} as const;

export type TextureName = keyof typeof TEXTURES;

/** Of the last seed: a scene is often built again, with and without its faults, and painting is most of the work. */
let painted: { seed: number; images: Map<TextureName, ImageRgba> } | undefined;

/** Paints a texture; the same seed and name give the same texels, maybe the same image: nobody writes into it. */
export function createTexture(name: TextureName, seed: number): ImageRgba {
  if (painted?.seed !== seed) painted = { seed, images: new Map() };
  let image = painted.images.get(name);
  if (!image) {
    image = TEXTURES[name].paint(textureRandom(seed, name));
    painted.images.set(name, image);
  }
  return image;
}
