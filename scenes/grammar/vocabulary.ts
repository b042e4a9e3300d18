import type { TextureName } from '../textures/textures.ts';

/**
 * The grammar's words, as data. Phrases are lower case and singular; the parser matches the longest first. A phrase
 * marked '~' stands for something near to what it says, and the plan reports it as an approximation.
 */

export const PLACES = {
  hallway: ['hallway', 'hall', 'corridor', 'passage', 'passageway', 'hospital corridor', 'hotel corridor', 'lobby~'],
  room: ['room', 'living room', 'lounge', 'apartment', 'house', 'home', 'interior~', 'bedroom~', 'kitchen~', 'office~', 'study~', 'classroom~', 'studio~', 'cabin~', 'cafe~', 'bathroom~', 'laboratory~', 'lab~', 'museum~', 'gallery~', 'restaurant~'],
  library: ['library', 'archive', 'bookshop~', 'bookstore~', 'reading room'],
  warehouse: ['warehouse', 'storehouse', 'depot', 'factory~', 'hangar~', 'garage~', 'supermarket~', 'workshop~', 'basement~', 'parking garage~'],
  cave: ['cave', 'cavern', 'grotto', 'tunnel~', 'mine~', 'catacomb~', 'sewer~', 'dungeon~'],
  street: ['street', 'road', 'alley', 'alleyway', 'lane', 'city~', 'town~', 'village~', 'avenue', 'sidewalk~', 'market~', 'harbor~', 'bridge~'],
  courtyard: ['courtyard', 'yard', 'patio', 'plaza~', 'square~', 'cloister', 'castle~', 'backyard~', 'playground~', 'rooftop~'],
  'forest clearing': ['forest clearing', 'clearing', 'forest', 'wood', 'glade', 'meadow~', 'park~', 'garden~', 'jungle~', 'field~', 'beach~', 'desert~', 'mountain~', 'farm~'],
  temple: ['temple', 'shrine', 'church~', 'cathedral~', 'ruin~', 'palace~', 'monastery~', 'chapel~', 'tomb~'],
  station: ['station', 'subway station', 'metro station', 'train station', 'railway station', 'subway', 'metro', 'platform', 'underground station', 'airport~', 'terminal~', 'bus station~'],
} as const satisfies Record<string, readonly string[]>;
export type PlaceName = keyof typeof PLACES;

export const THINGS = {
  crate: ['crate', 'wooden crate', 'wooden box', 'shipping crate'],
  box: ['box', 'cardboard box', 'carton', 'parcel', 'package'],
  barrel: ['barrel', 'drum', 'oil drum', 'cask', 'keg'],
  chair: ['chair', 'seat', 'wheelchair~'],
  stool: ['stool', 'bar stool'],
  table: ['table', 'coffee table', 'dining table', 'workbench~', 'counter~'],
  desk: ['desk', 'writing desk', 'reception desk~'],
  sofa: ['sofa', 'couch', 'settee'],
  armchair: ['armchair', 'easy chair'],
  bed: ['bed', 'mattress~', 'hospital bed~', 'gurney~'],
  bench: ['bench', 'pew'],
  shelf: ['shelf', 'shelves', 'rack', 'shelving', 'shelving unit'],
  bookshelf: ['bookshelf', 'bookshelves', 'bookcase', 'book', 'stack of books'],
  cabinet: ['cabinet', 'cupboard', 'filing cabinet', 'drawer', 'chest of drawers', 'dresser', 'fridge~', 'refrigerator~', 'stove~'],
  locker: ['locker'],
  wardrobe: ['wardrobe', 'closet'],
  chest: ['chest', 'treasure chest', 'trunk~'],
  lamp: ['lamp', 'floor lamp', 'standing lamp'],
  'street lamp': ['street lamp', 'streetlight', 'lamp post', 'lamppost', 'street light'],
  lantern: ['lantern', 'stone lantern', 'torch~', 'candle~', 'brazier~'],
  plant: ['plant', 'potted plant', 'houseplant', 'fern', 'flower~'],
  vase: ['vase', 'urn', 'amphora', 'pot', 'jar'],
  statue: ['statue', 'sculpture', 'bust', 'idol'],
  column: ['column', 'pillar'],
  altar: ['altar', 'stone table'],
  clock: ['clock', 'grandfather clock'],
  television: ['television', 'tv', 'screen', 'monitor~'],
  piano: ['piano', 'upright piano'],
  suitcase: ['suitcase', 'luggage', 'bag', 'backpack~'],
  bin: ['bin', 'trash can', 'garbage can', 'dustbin', 'wastebasket', 'trash bin', 'dumpster~'],
  extinguisher: ['extinguisher', 'fire extinguisher'],
  'vending machine': ['vending machine', 'ticket machine', 'machine~'],
  sign: ['sign', 'signpost', 'billboard~', 'notice board'],
  cone: ['cone', 'traffic cone'],
  pallet: ['pallet'],
  forklift: ['forklift', 'fork lift'],
  hydrant: ['hydrant', 'fire hydrant'],
  mailbox: ['mailbox', 'postbox', 'letter box'],
  'parked car': ['parked car'],
  planter: ['planter', 'flower box', 'flower bed~'],
  fountain: ['fountain'],
  well: ['well'],
  tree: ['tree', 'oak', 'birch', 'pine'],
  bush: ['bush', 'shrub', 'hedge~'],
  rock: ['rock', 'boulder', 'stalagmite~'],
  log: ['log', 'fallen tree', 'tree trunk'],
  stump: ['stump', 'tree stump'],
  tent: ['tent'],
  toolbox: ['toolbox', 'tool box'],
  ladder: ['ladder', 'stepladder'],
  rug: ['rug', 'mat', 'doormat'],
} as const satisfies Record<string, readonly string[]>;
export type ThingName = keyof typeof THINGS;

export const MOVERS = {
  robot: ['robot', 'android', 'humanoid', 'droid', 'humanoid robot', 'machine man', 'cyborg~'],
  person: ['person', 'people', 'man', 'woman', 'child', 'pedestrian', 'someone', 'worker', 'monk', 'nurse', 'human', 'figure', 'boy', 'girl', 'traveller', 'traveler', 'commuter', 'librarian', 'knight~', 'nobody', 'crowd~', 'passerby', 'explorer', 'astronaut~'],
  cat: ['cat', 'kitten', 'fox~'],
  dog: ['dog', 'puppy', 'wolf~'],
  car: ['car', 'taxi', 'vehicle', 'van~', 'truck~', 'bus~', 'train~'],
  ball: ['ball', 'football', 'sphere'],
} as const satisfies Record<string, readonly string[]>;
export type MoverName = keyof typeof MOVERS;

export const ACTIONS = {
  walk: ['walk', 'walking', 'stroll', 'strolling', 'wander', 'wandering', 'patrol', 'patrolling', 'pass', 'passing', 'move', 'moving', 'go', 'going', 'cross', 'crossing', 'roll', 'rolling', 'drive', 'driving', 'march', 'marching', 'step', 'explore', 'exploring', 'come', 'coming', 'approach', 'approaching', 'travel', 'roam', 'roaming', 'head', 'heading'],
  run: ['run', 'running', 'jog', 'jogging', 'sprint', 'sprinting', 'hurry', 'hurrying', 'race', 'racing', 'chase', 'chasing', 'speed'],
  stand: ['stand', 'standing', 'wait', 'waiting', 'sit', 'sitting', 'idle', 'pause', 'look', 'looking', 'parked', 'motionless'],
} as const satisfies Record<string, readonly string[]>;
export type ActionName = keyof typeof ACTIONS;

export const COLORS = {
  red: [0.62, 0.07, 0.05],
  orange: [0.8, 0.3, 0.05],
  yellow: [0.85, 0.62, 0.08],
  green: [0.1, 0.36, 0.12],
  teal: [0.05, 0.36, 0.36],
  blue: [0.07, 0.18, 0.55],
  purple: [0.28, 0.09, 0.42],
  pink: [0.8, 0.34, 0.45],
  brown: [0.27, 0.14, 0.07],
  beige: [0.68, 0.57, 0.42],
  white: [0.86, 0.86, 0.85],
  grey: [0.35, 0.35, 0.36],
  black: [0.05, 0.05, 0.055],
  gold: [0.72, 0.5, 0.14],
  silver: [0.62, 0.64, 0.66],
} as const satisfies Record<string, readonly [number, number, number]>;
export type ColorName = keyof typeof COLORS;

/** Other words for the colours above. */
export const COLOR_WORDS: Readonly<Record<string, ColorName>> = {
  gray: 'grey', crimson: 'red', scarlet: 'red', golden: 'gold', cyan: 'teal', turquoise: 'teal', violet: 'purple', cream: 'beige', tan: 'beige', navy: 'blue', silvery: 'silver', amber: 'orange',
};

export const MATERIALS: Readonly<Record<TextureName, readonly string[]>> = {
  plaster: ['plaster', 'plastered', 'painted', 'stucco'],
  brick: ['brick', 'bricked', 'red brick'],
  stone: ['stone', 'cobblestone', 'cobbled', 'flagstone', 'masonry', 'sandstone', 'paved'],
  rock: ['rocky', 'granite', 'limestone'],
  tiles: ['tile', 'tiled', 'ceramic', 'linoleum', 'porcelain'],
  concrete: ['concrete', 'cement'],
  marble: ['marble'],
  planks: ['plank', 'floorboard', 'hardwood', 'parquet', 'wood panel', 'wooden panel', 'board'],
  wood: ['wooden', 'wood', 'timber', 'oak wood', 'pine wood', 'mahogany'],
  carpet: ['carpet', 'carpeted'],
  fabric: ['fabric', 'cloth', 'velvet', 'leather'],
  metal: ['metal', 'metallic', 'steel', 'iron', 'aluminium', 'aluminum', 'chrome', 'brass', 'copper', 'bronze'],
  rust: ['rust', 'rusty', 'rusted', 'corroded'],
  cardboard: ['cardboard'],
  paper: ['paper'],
  books: ['book spine'],
  skin: ['plastic', 'rubber'],
  grass: ['grass', 'grassy', 'lawn', 'turf'],
  dirt: ['dirt', 'earth', 'soil', 'gravel', 'sand', 'mud', 'earthen'],
  leaves: ['leaf', 'fallen leaf', 'leaf litter'],
  foliage: ['foliage', 'ivy', 'leafy', 'overgrown', 'mossy', 'moss', 'vine'],
  bark: ['bark'],
  asphalt: ['asphalt', 'tarmac'],
};

export const SURFACES = {
  floor: ['floor', 'ground', 'pavement', 'flooring', 'floor surface'],
  wall: ['wall', 'brickwork'],
  ceiling: ['ceiling', 'roof', 'vault'],
} as const satisfies Record<string, readonly string[]>;
export type SurfaceName = keyof typeof SURFACES;

export const LIGHTS = {
  day: ['day', 'daylight', 'daytime', 'noon', 'morning', 'sunny', 'sunlight', 'sunlit', 'midday', 'afternoon', 'bright daylight', 'natural light', 'sun'],
  dusk: ['dusk', 'sunset', 'dawn', 'sunrise', 'evening', 'twilight', 'golden hour'],
  night: ['night', 'nighttime', 'midnight', 'moonlight', 'moonlit', 'dark', 'darkness', 'dim', 'dimly lit'],
  lamps: ['lamplight', 'lamplit', 'fluorescent', 'indoor light', 'ceiling light', 'artificial light', 'electric light', 'warm light', 'neon', 'candlelight', 'lit', 'well lit', 'evenly lit', 'brightly lit', 'bright', 'even light', 'soft light'],
} as const satisfies Record<string, readonly string[]>;
export type LightName = keyof typeof LIGHTS;

export const WEATHERS = {
  clear: ['clear weather', 'clear day', 'clear sky', 'cloudless', 'blue sky'],
  overcast: ['overcast', 'cloudy', 'grey sky', 'gray sky', 'cloud'],
  fog: ['fog', 'foggy', 'mist', 'misty', 'haze', 'hazy', 'smoke', 'smoky'],
  rain: ['rain', 'rainy', 'raining', 'drizzle', 'storm', 'stormy', 'wet'],
  snow: ['snow', 'snowy', 'snowing', 'snowfall', 'winter~'],
} as const satisfies Record<string, readonly string[]>;
export type WeatherName = keyof typeof WEATHERS;

export const MOVES = {
  walk: ['camera walk', 'walking camera', 'walk through', 'first person', 'camera move forward', 'camera moving forward', 'camera follow', 'follow shot', 'following shot', 'tracking shot', 'camera moves', 'camera move', 'moving camera', 'walkthrough', 'walking shot', 'pov', 'camera advance', 'camera travel'],
  dolly: ['dolly', 'dolly shot', 'push in', 'camera glide', 'gliding camera', 'glide', 'slider', 'truck left', 'truck right', 'smooth forward', 'camera push', 'flythrough~', 'crane shot~', 'drone shot~', 'lateral'],
  orbit: ['orbit', 'orbiting', 'arc shot', 'camera circle', 'circling camera', 'circle around', 'camera orbit', 'turn around'],
  pan: ['pan', 'panning', 'camera turn', 'camera pan', 'look around', 'sweep'],
  static: ['static camera', 'static shot', 'fixed camera', 'locked camera', 'tripod', 'still camera', 'locked off', 'stationary camera', 'security camera', 'camera do not move'],
  handheld: ['handheld', 'hand held', 'handheld camera', 'shaky', 'shaky camera', 'found footage'],
} as const satisfies Record<string, readonly string[]>;
export type MoveName = keyof typeof MOVES;

/** In a clause about the camera, shot or viewer, these words name its move; the first list that matches wins. */
export const CAMERA_SUBJECTS: readonly string[] = ['camera', 'shot', 'viewpoint', 'viewer', 'we', 'view'];
export const CAMERA_MOTIONS: readonly { move: MoveName; words: readonly string[] }[] = [
  { move: 'orbit', words: ['orbit', 'circle', 'orbiting', 'circling'] },
  { move: 'pan', words: ['pan', 'turn', 'rotate', 'panning'] },
  { move: 'dolly', words: ['dolly', 'glide', 'sideways', 'slide', 'push', 'truck', 'parallax'] },
  { move: 'walk', words: ['walk', 'follow', 'forward', 'advance', 'travel', 'move', 'moving', 'through', 'along', 'behind', 'tracking'] },
  { move: 'handheld', words: ['shake', 'shaky', 'handheld'] },
  { move: 'static', words: ['static', 'fixed', 'stationary', 'locked', 'motionless', 'still'] },
];

/** Horizontal field of view in degrees by what people say of lenses. */
export const LENSES: Readonly<Record<string, number>> = {
  'wide angle': 88, 'wide lens': 88, 'wide shot': 80, 'wide view': 85, 'ultra wide': 94, 'normal lens': 65, 'close up': 58, 'long lens': 56, 'telephoto': 55,
};

export const NUMBERS: Readonly<Record<string, number>> = {
  a: 1, an: 1, one: 1, single: 1, lone: 1, two: 2, pair: 2, couple: 2, both: 2, three: 3, few: 3, several: 4, four: 4, some: 3, five: 5, six: 6, many: 7, seven: 7, eight: 8, nine: 9, ten: 10, dozen: 10, multiple: 4, various: 4, numerous: 7,
};

export const SIZES: Readonly<Record<string, number>> = {
  tiny: 0.6, small: 0.8, little: 0.8, short: 0.85, big: 1.25, large: 1.3, huge: 1.6, giant: 1.7, tall: 1.25, massive: 1.6,
};

export const NEGATIONS: readonly string[] = ['no', 'not', 'without', 'never', 'nothing', 'none', 'nobody', 'free of', 'devoid of', 'avoid', 'zero', 'nor'];

/**
 * Pins: a clause that has a word of every list pins the fault down. The clause is compared in base forms (plural and
 * verb endings taken off). '!' in a list means that the clause is negated ("no flicker", "never pops").
 */
export const PINS = {
  'solid-floor': [
    [['floor', 'ground', 'pavement', 'walkway', 'flooring', 'surface'], ['solid', 'continuous', 'unbroken', 'intact', 'closed', 'seamless', 'uninterrupted', 'complete', 'firm', 'whole', 'level', 'gapless']],
    [['hole', 'gap', 'pit', 'opening', 'missing', 'void', 'trapdoor'], ['!']],
    [['floor', 'ground'], ['extend', 'cover', 'reach'], ['wall', 'everywhere', 'edge', 'side']],
  ],
  'persistent-objects': [
    [['everything', 'object', 'thing', 'all', 'rest', 'scene', 'furniture', 'item', 'else', 'surrounding', 'background'], ['still', 'stay', 'remain', 'fixed', 'unchanged', 'unchanging', 'permanent', 'persistent', 'persist', 'stationary', 'motionless', 'consistent', 'place', 'static', 'constant', 'same']],
    [['appear', 'disappear', 'vanish', 'pop', 'popping', 'change', 'fade', 'blink'], ['!']],
  ],
  'rigid-shapes': [
    [['shape', 'object', 'form', 'geometry', 'thing', 'everything', 'outline', 'size', 'structure'], ['rigid', 'constant', 'consistent', 'keep', 'unchanging', 'stable', 'fixed', 'solid', 'same', 'preserve', 'hold']],
    [['morph', 'deform', 'distort', 'warp', 'melt', 'stretch', 'bend', 'change', 'distortion', 'morphing'], ['!']],
  ],
  grounded: [
    [['stand', 'rest', 'sit', 'place', 'set', 'lie', 'firmly', 'ground', 'touch', 'plant', 'anchor', 'resting', 'standing', 'support'], ['on', 'upon', 'by'], ['floor', 'ground', 'surface', 'support']],
    [['float', 'hover', 'levitate', 'floating', 'hovering', 'air', 'midair'], ['!']],
    [['everything', 'object', 'thing', 'all', 'furniture'], ['grounded', 'supported', 'anchored', 'gravity', 'firmly']],
  ],
  separate: [
    [['overlap', 'intersect', 'interpenetrate', 'clip', 'collide', 'touch', 'merge', 'overlapping', 'intersecting', 'penetrate'], ['!']],
    [['object', 'thing', 'everything', 'furniture', 'item', 'crate', 'clear', 'space', 'well'], ['separate', 'apart', 'spaced', 'distinct', 'separated', 'spacing', 'between']],
  ],
  sharp: [
    [['sharp', 'crisp', 'focus', 'focused', 'detailed', 'sharply', 'hd', '4k', 'high']],
    [['blur', 'blurry', 'blurred', 'defocus', 'smear'], ['!']],
  ],
  'steady-light': [
    [['light', 'lighting', 'exposure', 'brightness', 'illumination', 'lit', 'lamp', 'daylight', 'color', 'colour'], ['steady', 'constant', 'even', 'stable', 'consistent', 'uniform', 'evenly', 'unchanging', 'fixed', 'still', 'same', 'soft']],
    [['flicker', 'strobe', 'flickering', 'flash', 'blink'], ['!']],
  ],
  'steady-camera': [
    [['camera', 'shot', 'footage', 'stabilized', 'view', 'motion', 'movement'], ['steady', 'smooth', 'stable', 'stabilized', 'stabilised', 'slow', 'slowly', 'smoothly', 'steadily', 'constant', 'level', 'continuous', 'gimbal']],
  ],
  'moving-camera': [
    [['camera', 'shot', 'viewpoint', 'view', 'viewer', 'we'], ['forward', 'walk', 'follow', 'track', 'dolly', 'travel', 'glide', 'advance', 'move', 'push', 'orbit', 'through', 'along', 'behind', 'parallax', 'sideways', 'circle', 'moving', 'tracking']],
    [['parallax', 'walkthrough', 'dolly', 'orbit', 'tracking', 'flythrough']],
  ],
  'clear-view': [
    [['view', 'foreground', 'path', 'sight', 'frame', 'camera', 'lens', 'corridor', 'scene'], ['unobstructed', 'clear', 'unblocked', 'empty', 'open', 'free', 'uncluttered']],
    [['person', 'people', 'pedestrian', 'cross', 'human', 'block', 'obstruct', 'crossing', 'passerby', 'nobody', 'anyone', 'front', 'traffic', 'walker', 'foreground', 'else', 'one', 'other'], ['!']],
    [['empty', 'deserted', 'unoccupied', 'abandoned', 'uninhabited']],
  ],
  'one-shot': [[['continuous', 'single', 'one', 'unbroken', 'uncut', 'uninterrupted'], ['shot', 'take', 'recording']], [['cut', 'edit', 'transition'], ['!']]],
} as const satisfies Record<string, readonly (readonly (readonly string[])[])[]>;

/** Pins that follow from what the plan names rather than from a phrase. */
export const PLAN_FEATURES = [
  'place-named',
  'thing-named',
  'light-named',
  'weather-named',
  'camera-move-named',
  'mover-named',
  'material-named',
  'detailed',
] as const;

export type PinName = keyof typeof PINS | (typeof PLAN_FEATURES)[number];
export const PIN_NAMES = [...(Object.keys(PINS) as (keyof typeof PINS)[]), ...PLAN_FEATURES] as readonly PinName[];

/** Words that carry nothing to build; knowing them keeps the list of unknown words honest. */
export const FILLER: readonly string[] = (
  'the of in on at to and or with by for from is are be being was it its this that these those there their them they he she his her him our we you your i ' +
  'as into onto through down up along past between behind beside near over under around across against towards toward away inside outside within out off upon above below about after before while during until ' +
  'which who whose where when then than so but also only just very quite more most all every each any other else another both own same such too rather fully completely entirely clearly strictly exactly ' +
  'left right front back middle center centre end side corner edge far next top bottom inner outer distance foreground background ' +
  'scene video clip film footage view shot camera photo picture image frame lens take cinematic realistic photorealistic style quality high resolution 4k hd render rendering footage movie documentary motion movement ' +
  'long narrow wide broad spacious high low old new ancient modern abandoned empty deserted quiet busy clean dirty dusty worn weathered cluttered tidy plain simple ordinary typical cozy cosy rustic industrial victorian medieval futuristic vintage large-scale grand elegant beautiful lovely peaceful calm gloomy eerie mysterious warm cool cold soft gentle rich fine textured detailed visible natural real ' +
  'slow slowly slightly gently smoothly steadily quickly straight forward forwards backward ahead smooth steady stable stabilized stabilised even evenly constant constantly continuous consistent fixed still static stationary solid rigid firm firmly unbroken intact seamless closed complete whole level same uniform unchanging unchanged clear crisp sharp sharply focus focused bright light lit lighting exposure color colour brightness ' +
  'stay remain keep hold stand rest sit place set lie touch lean hang show see look filled fill line lined full cover reach extend lead made make have has had do does can must should will may let there here ' +
  'everything nothing anything something everyone anyone object thing item furniture surrounding surface shape form size geometry structure wall door doorway window trim arch stair step rail railing roof light fixture sky horizon air space spacing room area spot part piece row stack pile group set pair couple kind type ' +
  'two-way metre meter second minute time moment point walkway path way track rail tracks aisle ' +
  'appear disappear vanish pop popping flicker flickering blink flash float floating hover hovering levitate morph morphing deform distort distortion warp melt stretch bend overlap overlapping intersect intersecting interpenetrate clip collide merge penetrate blur blurry blurred block obstruct change fade hole gap pit opening missing void cut edit transition strobe smear defocus traffic passerby walker ' +
  'separate separated apart spaced distinct well rigidly permanently permanent persistent persist motionless unobstructed unblocked uncluttered free uninterrupted uncut single supported grounded anchored gravity parallax sideways follow behind person first third eye height'
).split(' ');
