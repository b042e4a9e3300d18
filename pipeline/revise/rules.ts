/**
 * The rules of revision, as data: what was found → what to say. The clauses are plain film language that video
 * models are trained on; nothing here knows which provider will read them.
 */
export interface Rule {
  name: string;
  /** Evidence kinds that call for it: violation types, 'low-' and a dimension, or patterns of LIFT_ codes. */
  evidence: readonly (string | RegExp)[];
  /** Ways to say it; of these at most one stands in a prompt. */
  clauses: readonly [string, ...string[]];
  /** Said beside it where it helps too little: clauses that speak of something near. Clear of every other rule's. */
  aids?: readonly string[];
  /** The person has said something of what the aids speak of: they are left out then. */
  aidsUnless?: RegExp;
  /** Words by which a person has said the same already; the second clause is then added instead of the first. */
  saidBy?: RegExp;
  /** Words that say the opposite; they are cut out of the prompt when the clause goes in. */
  contradictedBy?: RegExp;
  /** What should change in the next takes. */
  expects: string;
  /** Higher goes in first when the room is short. */
  weight: number;
}

export const RULES: readonly Rule[] = [
  {
    name: 'camera-motion',
    evidence: ['no-parallax', 'low-parallax', /^LIFT_.*PARALLAX/, /^LIFT_.*BASELINE/],
    clauses: [
      'the camera walks slowly forward at eye level',
      'the camera moves forward a long way through the scene',
      'a tracking shot that travels past everything',
    ],
    saidBy:
      /\b(?:camera|shot|view|we)\b.*\b(?:walk|mov(?:e|es|ing) forward|forward|dolly|dollies|track|tracking|orbit|glid|fl(?:y|ies)|follow|push(?:es)? in|travel)|\b(?:dolly|tracking|orbit(?:ing)?) shot\b|\bwalk-?through\b/i,
    contradictedBy:
      /\b(?:a |the )?(?:static|still|fixed|stationary|locked[- ]?(?:off|down)?|tripod|motionless|unmoving)\s+(?:camera|shot|view|frame)(?:\s+of\b)?|\b(?:the )?camera (?:stands|stays|is|remains|holds) (?:perfectly )?(?:still|static|fixed|locked|motionless)\b|\b(?:on|from) a tripod\b|\b(?:the )?camera (?:only )?(?:pans|turns|rotates|zooms)(?: (?:left|right|around|slowly|in|out))*\b|\b(?:slow |quick )?(?:pan|zoom)(?:ning|ming)? shot\b/i,
    expects: 'parallax rises: near and far things move against each other',
    weight: 10,
  },
  {
    name: 'one-shot',
    evidence: ['cut', /^LIFT_.*(?:CUT|SHOT)/],
    clauses: ['one continuous shot', 'a single unbroken take without any cut'],
    saidBy: /\b(?:one|single)[- ](?:continuous |unbroken )?(?:shot|take)\b/i,
    contradictedBy:
      /\b(?:a )?(?:montage|quick cuts|jump cuts|fast cuts|several shots|multiple shots)(?:\s+of\b)?|\bcuts? (?:to|between)\b/i,
    expects: 'no cut: every frame shows the same scene',
    weight: 9,
  },
  {
    name: 'smooth-camera',
    evidence: ['frozen', 'low-motionSmoothness', /^LIFT_.*(?:REGISTER|TRACK|LOST|BLUR)/],
    clauses: ['smooth steady camera movement', 'stabilized camera at a constant speed'],
    saidBy: /\b(?:smooth|steadicam|gimbal|steady)\b.*\b(?:camera|shot|move)|\bsteadicam\b/i,
    contradictedBy:
      /\b(?:a )?(?:shaky|handheld|hand-held|jerky|wobbly|fast|whip)[- ](?:camera|cam|shot|footage|pan|movement|motion)(?:\s+of\b)?|\bhand-?held\b/i,
    expects: 'points keep their speed from frame to frame; more frames can be registered',
    weight: 7,
  },
  {
    name: 'nothing-else-moves',
    evidence: [
      'view-inconsistency',
      'low-epipolarConsistency',
      /^LIFT_.*(?:INCONSISTENT|RIGID|MOVING|DYNAMIC)/,
    ],
    clauses: ['nothing else moves', 'everything else stays perfectly still', 'objects keep rigid shapes'],
    aids: ['an empty view with nobody in it'],
    aidsUnless: /\b(?:crowd\w*|people|pedestrians|passers-by|traffic)\b/i,
    saidBy:
      /\b(?:nothing|no one|nobody) (?:else )?moves\b|\beverything (?:else )?(?:is|stays|stands) (?:perfectly )?still\b/i,
    contradictedBy:
      /\b(?:everything|walls|furniture|scenery) (?:sways|moves|shifts|morphs|melts|drifts)\b|\b(?:morphing|melting|dreamlike|surreal) /i,
    expects: 'one rigid scene explains the views',
    weight: 8,
  },
  {
    name: 'constant-objects',
    evidence: ['pop'],
    clauses: [
      'every object stays in place and keeps its shape',
      'nothing appears or disappears',
      'the whole scene stays the same from start to end',
    ],
    aids: ['one unbroken recording from start to end'],
    contradictedBy:
      /\b(?:things|objects|items) (?:appear|vanish|disappear|pop up|change shape)(?: and (?:appear|vanish|disappear))?\b/i,
    expects: 'nothing appears, vanishes or changes its shape',
    weight: 8,
  },
  {
    name: 'steady-light',
    evidence: ['flicker', 'low-flicker'],
    clauses: ['steady even light', 'constant lighting from start to end', 'the brightness never changes'],
    aids: ['in soft daylight'],
    aidsUnless:
      /\b(?:day|night|dusk|dawn|noon|morning|evening|sun\w*|moon\w*|daylight|twilight|neon|candle\w*|lamp\w*|lantern\w*|torch\w*|lit|overcast|golden hour)\b/i,
    saidBy: /\b(?:steady|constant|even|stable) (?:even |soft |bright )?light(?:ing)?\b/i,
    contradictedBy:
      /\b(?:flickering|flashing|blinking|strobing|pulsing|strobe)(?: (?:neon|fluorescent|candle))? ?(?:lights?|lighting|lamps?|light bulbs?|tubes?)\b|\b(?:the )?(?:lights?|lamps?) (?:flicker|flash|blink|pulse)s?\b/i,
    expects: 'brightness stays the same on the same surfaces',
    weight: 7,
  },
  {
    name: 'bright-light',
    evidence: ['low-exposure', /^LIFT_.*DARK/],
    clauses: ['brightly lit', 'bright daylight reaches every corner'],
    saidBy: /\b(?:bright|brightly lit|well[- ]lit|daylight|sunny)\b/i,
    contradictedBy:
      /\b(?:pitch[- ]dark|pitch[- ]black|silhouetted?|underexposed|overexposed|blown[- ]out)\b/i,
    expects: 'fewer pixels are black or white',
    weight: 5,
  },
  {
    name: 'sharp-focus',
    evidence: ['low-sharpness', /^LIFT_.*(?:FEATURE|TEXTURE|BLUR)/],
    clauses: ['sharp focus throughout', 'crisp detail from near to far', 'no blur at all'],
    aids: ['a level gimbal shot'],
    saidBy: /\bsharp(?:ly)?\b.*\bfocus|\bdeep focus\b|\bcrisp\b/i,
    contradictedBy:
      /\b(?:with )?(?:a )?(?:shallow depth of field|soft focus|blurry|blurred|out of focus|motion blur|bokeh|dreamy haze|hazy)(?: background)?\b/i,
    expects: 'the picture is sharp from near to far, so that points can be found',
    weight: 6,
  },
  {
    name: 'textured-surfaces',
    evidence: ['not-liftable', /^LIFT_.*(?:FEATURE|TEXTURE|POINTS|MATCH|SPARSE)/, 'bad-geometry'],
    clauses: ['richly textured walls and floor', 'every surface shows clear grain and detail'],
    saidBy: /\b(?:richly |strongly |heavily )?textured\b/i,
    contradictedBy:
      /\b(?:plain|blank|featureless|mirrored|glossy|all-white|pure white) (?=(?:walls?|surfaces?|floor)\b)/i,
    expects: 'surfaces carry detail, so that depth can be measured on them',
    weight: 5,
  },
  {
    name: 'solid-floor',
    evidence: ['fall-through', /^WORLD_EMPTY/],
    clauses: [
      'the floor is solid and continuous',
      'the floor is one flat unbroken surface from wall to wall',
      'no part of the floor is missing',
    ],
    aids: ['a wooden floor'],
    aidsUnless:
      /\b(?:wood\w*|stone|tiles?|tiled|concrete|carpet\w*|marble|grass|gravel|sand|dirt|asphalt|brick|planks?|boards?|metal|cobble\w*)\b/i,
    saidBy:
      /\b(?:solid|unbroken|continuous) (?:floor|ground)\b|\b(?:floor|ground) is (?:solid|unbroken|continuous)\b/i,
    contradictedBy:
      /\b(?:a |with a )?(?:hole|pit|gap|trapdoor|crack)s? in the (?:floor|ground)\b|\b(?:broken|missing|collapsed|cracked) (?=(?:floor|ground|tiles|floorboards)\b)/i,
    expects: 'no hole in the floor',
    weight: 9,
  },
  {
    name: 'closed-space',
    evidence: ['leak'],
    clauses: ['the space is closed on all sides', 'unbroken walls and closed doors all around'],
    saidBy: /\b(?:enclosed|closed on all sides|walled)\b/i,
    contradictedBy: /\b(?:missing|broken|collapsed) (?=walls?\b)|\bholes? in the walls?\b/i,
    expects: 'no way out of the world through its sides',
    weight: 6,
  },
  {
    name: 'supported-objects',
    evidence: ['floating', 'unstable'],
    clauses: [
      'every object stands on the floor',
      'all things rest firmly on the ground',
      'nothing floats or hovers',
    ],
    aids: ['a firm level ground under everything'],
    saidBy: /\b(?:every|all) (?:objects?|things?)\b.*\b(?:stands?|rests?)\b.*\b(?:floor|ground)\b/i,
    contradictedBy:
      /\b(?:floating|hovering|levitating|weightless) (?=\w)|\b(?:objects|things|furniture) (?:float|hover|levitate)s?(?: in (?:the )?(?:mid-?)?air)?\b/i,
    expects: 'everything is supported from below',
    weight: 7,
  },
  {
    name: 'separate-objects',
    evidence: ['interpenetration'],
    clauses: [
      'objects stand apart and do not overlap',
      'wide gaps between all objects',
      'all items are spaced clear of each other',
    ],
    aids: ['furniture that sits firmly on the ground'],
    saidBy: /\bclear of each other\b|\bwell spaced\b|\bnot overlap/i,
    contradictedBy: /\b(?:piled|heaped|overlapping|jumbled|crammed)(?: (?:up|together))?\b/i,
    expects: 'things do not stick in each other',
    weight: 6,
  },
  {
    name: 'clear-path',
    evidence: ['stuck', 'unreachable', 'blocked-passage', 'invisible-wall'],
    clauses: ['a wide clear path leads through', 'the middle of the way is empty'],
    saidBy: /\b(?:wide|clear|open|free) (?:clear |open )?(?:path|way|aisle|passage|walkway)\b/i,
    contradictedBy: /\b(?:cluttered|narrow|cramped|blocked) (?=\w)|\bblocked by [\w ]+/i,
    expects: 'an agent can walk everywhere the floor shows',
    weight: 6,
  },
  {
    name: 'upright-view',
    evidence: ['bad-up'],
    clauses: ['level horizon', 'the camera stays upright and level'],
    saidBy: /\blevel (?:horizon|camera)\b/i,
    contradictedBy: /\b(?:dutch|tilted|canted)[- ](?:angle|camera|shot)\b|\bupside[- ]down\b/i,
    expects: 'the floor comes out level',
    weight: 6,
  },
  {
    name: 'life-size',
    evidence: ['bad-scale'],
    clauses: ['everything has its real life size', 'doors and steps have their usual size'],
    saidBy: /\b(?:life[- ]size|natural proportions|true to scale)\b/i,
    contradictedBy: /\b(?:miniature|tiny|dollhouse|gigantic|giant|oversized) (?=\w)|\btilt[- ]shift\b/i,
    expects: 'doors, steps and furniture have the size of real ones',
    weight: 5,
  },
  {
    name: 'solid-surfaces',
    evidence: ['ghost-surface'],
    clauses: ['solid opaque surfaces without glass or mirrors'],
    saidBy: /\bopaque\b/i,
    contradictedBy: /\b(?:mirrored|transparent|translucent|see-through) (?=\w)|\b(?:fog|mist|smoke)y?\b/i,
    expects: 'surfaces are where they are seen',
    weight: 4,
  },
];

/** Every clause that a rule can write. */
export function allClauses(rule: Rule): string[] {
  return [...rule.clauses, ...(rule.aids ?? [])];
}

export function callsFor(rule: Rule, kind: string): boolean {
  return rule.evidence.some(each => (typeof each === 'string' ? each === kind : each.test(kind)));
}
