import { createRandom } from '../../engine/random.ts';
import { parsePrompt } from './parsePrompt.ts';
import type { ScenePlan } from './plan.ts';
import { type MoveName, PLACES, type PlaceName } from './vocabulary.ts';

const OUTDOOR: readonly PlaceName[] = ['street', 'courtyard', 'forest clearing'];

/** Where a camera has room to circle. */
const SPACIOUS: readonly PlaceName[] = [
  'room',
  'warehouse',
  'cave',
  'street',
  'courtyard',
  'forest clearing',
  'temple',
];

export function isOutdoor(place: PlaceName): boolean {
  return OUTDOOR.includes(place);
}

/** Reads a prompt and lets the seed decide what it leaves open. The same prompt and seed give the same plan. */
export function planScene(prompt: string, seed: number): ScenePlan {
  const { wordCount: _wordCount, ...parsed } = parsePrompt(prompt);
  const random = createRandom(`${seed}/plan`);
  const places = Object.keys(PLACES) as PlaceName[];
  const anyPlace = random.pick(places);
  const place = parsed.place ?? anyPlace;
  const outdoor = isOutdoor(place);
  const time = random.next();
  const sky = random.next();
  const move = random.next();
  const openMove: MoveName =
    move < 0.72 || place === 'hallway'
      ? 'walk'
      : move < 0.88 || !SPACIOUS.includes(place)
        ? 'dolly'
        : 'orbit';
  return {
    ...parsed,
    prompt,
    place,
    light: parsed.light ?? (outdoor ? (time < 0.75 ? 'day' : 'dusk') : 'lamps'),
    weather: parsed.weather ?? (outdoor && parsed.light !== 'day' && sky > 0.7 ? 'overcast' : 'clear'),
    move: parsed.move ?? openMove,
  };
}
