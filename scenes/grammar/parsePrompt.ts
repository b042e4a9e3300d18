import type { TextureName } from '../textures/textures.ts';
import { FILLER } from './filler.ts';
import { PINS, type PinName } from './pins.ts';
import type { PlannedMover, PlannedThing } from './plan.ts';
import {
  ACTIONS,
  CAMERA_MOTIONS,
  CAMERA_SUBJECTS,
  COLOR_WORDS,
  COLORS,
  type ColorName,
  LENSES,
  LIGHTS,
  type LightName,
  MATERIALS,
  MOVERS,
  MOVES,
  type MoveName,
  type MoverName,
  NEGATIONS,
  NUMBERS,
  PLACES,
  type PlaceName,
  SIZES,
  SURFACES,
  type SurfaceName,
  THINGS,
  type ThingName,
  WEATHERS,
  type WeatherName,
} from './vocabulary.ts';
import { baseForm, clauses } from './words.ts';

/** What the words themselves say; whatever they leave open is absent. */
export interface ParsedPrompt {
  place?: PlaceName;
  things: PlannedThing[];
  absent: string[];
  surfaces: Partial<Record<SurfaceName, { material?: TextureName; color?: ColorName }>>;
  light?: LightName;
  weather?: WeatherName;
  move?: MoveName;
  fieldOfViewDegrees?: number;
  movers: PlannedMover[];
  pins: PinName[];
  approximations: { word: string; as: string }[];
  unknownWords: string[];
  wordCount: number;
}

type Meaning =
  | { kind: 'place'; value: PlaceName }
  | { kind: 'thing'; value: ThingName }
  | { kind: 'mover'; value: MoverName }
  | { kind: 'action'; value: PlannedMover['action'] }
  | { kind: 'surface'; value: SurfaceName }
  | { kind: 'material'; value: TextureName }
  | { kind: 'color'; value: ColorName }
  | { kind: 'light'; value: LightName }
  | { kind: 'weather'; value: WeatherName }
  | { kind: 'move'; value: MoveName }
  | { kind: 'lens'; value: number }
  | { kind: 'number'; value: number }
  | { kind: 'size'; value: number }
  | { kind: 'negation'; value: true };

interface Entry {
  meaning: Meaning;
  approximate: boolean;
}

function buildLexicon(): { entries: Map<string, Entry[]>; longest: number } {
  const entries = new Map<string, Entry[]>();
  let longest = 1;
  const add = (phrase: string, meaning: Meaning) => {
    const approximate = phrase.endsWith('~');
    const key = (approximate ? phrase.slice(0, -1) : phrase).split(' ').map(baseForm).join(' ');
    longest = Math.max(longest, key.split(' ').length);
    entries.set(key, [...(entries.get(key) ?? []), { meaning, approximate }]);
  };
  const addTable = <K extends Meaning['kind']>(
    kind: K,
    table: Readonly<Record<string, readonly string[]>>,
  ) => {
    for (const [value, phrases] of Object.entries(table))
      for (const phrase of phrases) add(phrase, { kind, value } as Meaning);
  };
  addTable('place', PLACES);
  addTable('thing', THINGS);
  addTable('mover', MOVERS);
  addTable('surface', SURFACES);
  addTable('material', MATERIALS);
  addTable('move', MOVES);
  addTable('light', LIGHTS);
  addTable('weather', WEATHERS);
  for (const color of Object.keys(COLORS)) add(color, { kind: 'color', value: color as ColorName });
  for (const [word, color] of Object.entries(COLOR_WORDS)) add(word, { kind: 'color', value: color });
  for (const [word, value] of Object.entries(LENSES)) add(word, { kind: 'lens', value });
  for (const [word, value] of Object.entries(NUMBERS)) add(word, { kind: 'number', value });
  for (const [word, value] of Object.entries(SIZES)) add(word, { kind: 'size', value });
  for (const word of NEGATIONS) add(word, { kind: 'negation', value: true });
  addTable('action', ACTIONS);
  return { entries, longest };
}

const LEXICON = buildLexicon();
const KNOWN_WORDS = new Set([
  ...FILLER,
  ...CAMERA_SUBJECTS,
  ...CAMERA_MOTIONS.flatMap(motion => motion.words),
  ...Object.values(PINS).flat(3),
]);

/** The most things of one kind that a scene is furnished with. */
const MOST_OF_A_KIND = 10;

/**
 * Reads a prompt with the vocabulary: the longest phrase wins, adjectives belong to the next noun of their clause,
 * a negation rules out every noun after it. Every word lands in the result, in `approximations` or in `unknownWords`.
 */
export function parsePrompt(prompt: string): ParsedPrompt {
  const parsed: ParsedPrompt = {
    things: [],
    absent: [],
    surfaces: {},
    movers: [],
    pins: [],
    approximations: [],
    unknownWords: [],
    wordCount: 0,
  };
  const pins = new Set<PinName>();
  for (const words of clauses(prompt)) {
    parsed.wordCount += words.length;
    readClause(words, parsed);
    for (const pin of pinsOf(words.map(word => word.base))) pins.add(pin);
  }
  const absent = new Set(parsed.absent);
  parsed.things = parsed.things.filter(thing => !absent.has(thing.kind));
  parsed.movers = parsed.movers.filter(mover => !absent.has(mover.kind));
  for (const [name, surface] of Object.entries(parsed.surfaces))
    if (!surface.material && !surface.color) delete parsed.surfaces[name as SurfaceName];
  if (parsed.place) pins.add('place-named');
  if (parsed.things.length > 0) pins.add('thing-named');
  if (parsed.light) pins.add('light-named');
  if (parsed.weather) pins.add('weather-named');
  if (parsed.move) pins.add('camera-move-named');
  if (parsed.movers.length > 0) pins.add('mover-named');
  if (Object.keys(parsed.surfaces).length > 0 || parsed.things.some(thing => thing.material))
    pins.add('material-named');
  if (parsed.wordCount >= 25) pins.add('detailed');
  if (parsed.move && parsed.move !== 'static') pins.add('moving-camera');
  parsed.pins = [...pins].sort();
  return parsed;
}

function readClause(words: readonly { base: string; written: string }[], parsed: ParsedPrompt): void {
  const bases = words.map(word => word.base);
  let adjectives: { count?: number; color?: ColorName; material?: TextureName; size?: number } = {};
  let lastNoun: { color?: ColorName; material?: TextureName } | undefined;
  let negated = false;
  const aboutCamera = bases.some(base => CAMERA_SUBJECTS.includes(base));
  const clauseMovers: PlannedMover[] = [];
  let action: PlannedMover['action'] | undefined;

  for (let at = 0; at < words.length; ) {
    const match = longestMatch(bases, at);
    if (!match) {
      const { base, written } = words[at];
      if (/^\d+$/.test(base)) adjectives.count = Number(base);
      else if (base === 'but' || base === 'except') negated = false;
      else if (
        !KNOWN_WORDS.has(base) &&
        !KNOWN_WORDS.has(written.toLowerCase()) &&
        !parsed.unknownWords.includes(written.toLowerCase())
      )
        parsed.unknownWords.push(written.toLowerCase());
      at++;
      continue;
    }
    const { length, meanings } = match;
    const entry = choose(meanings, bases, at, length);
    const phrase = words
      .slice(at, at + length)
      .map(word => word.written.toLowerCase())
      .join(' ');
    const plural = words[at + length - 1].written.toLowerCase() !== words[at + length - 1].base;
    const { meaning } = entry;
    if (entry.approximate && !negated) note(parsed, phrase, String(meaning.value));
    at += length;
    switch (meaning.kind) {
      case 'negation':
        negated = true;
        break;
      case 'number':
        adjectives.count = meaning.value;
        break;
      case 'size':
        adjectives.size = meaning.value;
        break;
      case 'color':
        if (lastNoun && bases[at - length - 1] === 'in') lastNoun.color = meaning.value;
        else adjectives.color = meaning.value;
        break;
      case 'material':
        if (lastNoun && /^(of|from|in|with)$/.test(bases[at - length - 1] ?? ''))
          lastNoun.material = meaning.value;
        else adjectives.material = meaning.value;
        break;
      case 'place':
        if (negated) parsed.absent.push(meaning.value);
        else if (!parsed.place || parsed.place === 'room') parsed.place = meaning.value;
        else if (parsed.place !== meaning.value && meaning.value !== 'room')
          note(parsed, phrase, parsed.place);
        // "a stone temple": the place's adjective tells its walls.
        if (!negated && (adjectives.material || adjectives.color)) {
          const { material, color } = adjectives;
          parsed.surfaces.wall ??= { ...(material && { material }), ...(color && { color }) };
        }
        adjectives = {};
        break;
      case 'surface': {
        if (!negated) {
          const { material, color } = adjectives;
          const surface = parsed.surfaces[meaning.value] ?? {};
          if (material) surface.material = material;
          if (color) surface.color = color;
          lastNoun = surface;
          parsed.surfaces[meaning.value] = surface;
        }
        adjectives = {};
        break;
      }
      case 'thing': {
        if (negated) parsed.absent.push(meaning.value);
        else {
          const wanted = adjectives.count ?? (plural ? 3 : 1);
          if (wanted > MOST_OF_A_KIND) note(parsed, `${wanted} ${phrase}`, `${MOST_OF_A_KIND} ${phrase}`);
          const thing: PlannedThing = {
            kind: meaning.value,
            count: Math.max(1, Math.min(MOST_OF_A_KIND, wanted)),
            size: adjectives.size ?? 1,
            ...(adjectives.color && { color: adjectives.color }),
            ...(adjectives.material && { material: adjectives.material }),
          };
          parsed.things.push(thing);
          lastNoun = thing;
        }
        adjectives = {};
        break;
      }
      case 'mover': {
        if (negated || phrase === 'nobody') parsed.absent.push(meaning.value);
        else {
          const mover: PlannedMover = {
            kind: meaning.value,
            count: Math.max(1, Math.min(3, adjectives.count ?? (plural ? 2 : 1))),
            action: 'stand',
            direction: direction(bases),
            ...(adjectives.color && { color: adjectives.color }),
          };
          clauseMovers.push(mover);
          lastNoun = mover;
        }
        adjectives = {};
        break;
      }
      case 'action':
        if (!negated) action ??= meaning.value;
        break;
      case 'light':
        if (!negated) parsed.light ??= meaning.value;
        break;
      case 'weather':
        if (!negated) parsed.weather ??= meaning.value;
        break;
      case 'move':
        if (!negated) parsed.move ??= meaning.value;
        break;
      case 'lens':
        parsed.fieldOfViewDegrees ??= meaning.value;
        break;
    }
  }
  for (const mover of clauseMovers) {
    // A camera that follows a robot is no second robot.
    if (parsed.movers.some(known => known.kind === mover.kind) && aboutCamera) continue;
    if (action) mover.action = action;
    if (mover.kind === 'car' && !action)
      parsed.things.push({
        kind: 'parked car',
        count: mover.count,
        size: 1,
        ...(mover.color && { color: mover.color }),
      });
    else parsed.movers.push(mover);
  }
  if (aboutCamera && !parsed.move && !negated)
    parsed.move = CAMERA_MOTIONS.find(({ words: motion }) => motion.some(word => bases.includes(word)))?.move;
}

function longestMatch(
  bases: readonly string[],
  at: number,
): { length: number; meanings: Entry[] } | undefined {
  for (let length = Math.min(LEXICON.longest, bases.length - at); length > 0; length--) {
    const meanings = LEXICON.entries.get(bases.slice(at, at + length).join(' '));
    if (meanings) return { length, meanings };
  }
  return undefined;
}

/** "wood" is a material before a noun or after "of", and a place otherwise. */
function choose(meanings: Entry[], bases: readonly string[], at: number, length: number): Entry {
  const material = meanings.find(({ meaning }) => meaning.kind === 'material');
  if (!material || meanings.length === 1) return meanings[0];
  const next = longestMatch(bases, at + length)?.meanings[0].meaning.kind;
  return next === 'surface' || next === 'thing' || bases[at - 1] === 'of' ? material : meanings[0];
}

function direction(bases: readonly string[]): PlannedMover['direction'] {
  if (bases.some(base => ['towards', 'toward', 'approach', 'approaching'].includes(base))) return 'towards';
  if (bases.some(base => ['across', 'cross', 'crossing'].includes(base))) return 'across';
  return 'away';
}

function note(parsed: ParsedPrompt, word: string, as: string): void {
  if (!parsed.approximations.some(known => known.word === word)) parsed.approximations.push({ word, as });
}

function pinsOf(bases: readonly string[]): PinName[] {
  const negated = bases.some(base => NEGATIONS.includes(base));
  const present = new Set(bases);
  return (Object.keys(PINS) as (keyof typeof PINS)[]).filter(pin => {
    const patterns: readonly (readonly (readonly string[])[])[] = PINS[pin];
    return patterns.some(
      pattern =>
        // A negated clause pins only where the pattern asks for the negation: "no solid floor" pins nothing.
        negated === pattern.some(list => list[0] === '!') &&
        pattern.every(list => list[0] === '!' || list.some(word => present.has(word))),
    );
  });
}
