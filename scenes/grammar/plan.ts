import type { TextureName } from '../textures/textures.ts';
import type { PinName } from './pins.ts';
import type {
  ColorName,
  LightName,
  MoveName,
  PlaceName,
  SurfaceName,
  ThingName,
  WeatherName,
} from './vocabulary.ts';

export interface PlannedThing {
  kind: ThingName;
  count: number;
  color?: ColorName;
  material?: TextureName;
  /** Factor on the thing's usual size. */
  size: number;
}

export interface PlannedMover {
  kind: 'robot' | 'person' | 'cat' | 'dog' | 'car' | 'ball';
  count: number;
  action: 'walk' | 'run' | 'stand';
  direction: 'away' | 'towards' | 'across';
  color?: ColorName;
}

/** What a prompt says, in the grammar's words. Plain JSON. */
export interface ScenePlan {
  prompt: string;
  place: PlaceName;
  things: PlannedThing[];
  /** Kinds that the prompt rules out ("no chairs"). */
  absent: string[];
  /** What the prompt says that floor, walls and ceiling are made of. */
  surfaces: Partial<Record<SurfaceName, { material?: TextureName; color?: ColorName }>>;
  light: LightName;
  weather: WeatherName;
  move: MoveName;
  /** Horizontal, degrees; absent where the prompt leaves it to the seed. */
  fieldOfViewDegrees?: number;
  movers: PlannedMover[];
  /** What the prompt pins down, ascending; the failure model's factors are keyed by these. */
  pins: PinName[];
  /** Words that stand for something near to what they say ("kitchen" becomes a room). */
  approximations: { word: string; as: string }[];
  /** Words that the grammar does not know, in the order of the prompt, each once. */
  unknownWords: string[];
}
