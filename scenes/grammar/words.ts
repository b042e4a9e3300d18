const IRREGULAR: Readonly<Record<string, string>> = {
  people: 'person',
  men: 'man',
  women: 'woman',
  children: 'child',
  shelves: 'shelf',
  bookshelves: 'bookshelf',
  leaves: 'leaf',
  wolves: 'wolf',
  knives: 'knife',
  benches: 'bench',
  boxes: 'box',
  bushes: 'bush',
  torches: 'torch',
  branches: 'branch',
  couches: 'couch',
  churches: 'church',
  watches: 'watch',
  foxes: 'fox',
  buses: 'bus',
  stood: 'stand',
  ran: 'run',
  went: 'go',
  seen: 'see',
  is: 'is',
  this: 'this',
  its: 'its',
  gas: 'gas',
  grass: 'grass',
  moss: 'moss',
  glass: 'glass',
  always: 'always',
  across: 'across',
  has: 'has',
  was: 'was',
  does: 'do',
  goes: 'go',
  lies: 'lie',
  passes: 'pass',
  crosses: 'cross',
  dresses: 'dress',
  overcast: 'overcast',
  canvas: 'canvas',
  chess: 'chess',
  brass: 'brass',
  luggage: 'luggage',
  headlights: 'headlight',
  metropolis: 'metropolis',
  outdoors: 'outdoor',
  indoors: 'indoor',
  staying: 'stay',
  resting: 'rest',
  keeps: 'keep',
  stairs: 'stair',
  pitches: 'pitch',
  touches: 'touch',
  reaches: 'reach',
  flashes: 'flash',
  stretches: 'stretch',
  pushes: 'push',
  vanishes: 'vanish',
  approaches: 'approach',
  marches: 'march',
  patches: 'patch',
  arches: 'arch',
  ditches: 'ditch',
  princess: 'princess',
  plus: 'plus',
  focus: 'focus',
  platforms: 'platform',
  focuses: 'focus',
  abbeys: 'abbey',
  towards: 'towards',
  forwards: 'forwards',
  sideways: 'sideways',
  plains: 'plain',
  us: 'us',
  bus: 'bus',
  as: 'as',
  various: 'various',
  continuous: 'continuous',
  numerous: 'numerous',
  mysterious: 'mysterious',
  spacious: 'spacious',
};

/** A word's base form: lower case, plural and third-person endings taken off. Words ending in -ing stay as they are. */
export function baseForm(word: string): string {
  const lower = word.toLowerCase();
  const irregular = IRREGULAR[lower];
  if (irregular) return irregular;
  if (lower.length > 4 && lower.endsWith('ies')) return `${lower.slice(0, -3)}y`;
  if (lower.length > 3 && lower.endsWith('s') && !/(ss|us|is|ous)$/.test(lower)) return lower.slice(0, -1);
  return lower;
}

/** Clauses (split at punctuation), each a list of base forms with the words as written. */
export function clauses(prompt: string): { base: string; written: string }[][] {
  return prompt
    .normalize('NFKC')
    .replace(/[’‘]/g, "'")
    .split(/[.,;:!?()[\]{}"\n\r]|\s[-–—]+\s|—/)
    .map(clause =>
      (clause.match(/[\p{L}\p{N}][\p{L}\p{N}']*/gu) ?? []).map(written => ({
        base: baseForm(written.replace(/'s$/i, '').replace(/n't$/i, ' not').split(' ')[0]),
        written,
      })),
    )
    .filter(words => words.length > 0);
}
