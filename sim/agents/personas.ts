/** How one agent goes about its work, and with what body. Seven kinds, dealt out in turn, so that runs of eight agents have all. */
export interface Persona {
  name: 'walker' | 'sprinter' | 'jumper' | 'wall-hugger' | 'small' | 'pusher' | 'large';
  /** m/s. */
  speed: number;
  /** Jumps per second while under way. */
  jumpsPerSecond: number;
  /** Radius and height, times the body that the navmesh is made for. A larger one cannot go everywhere on it. */
  bodyScale: number;
  /** Force on dynamic bodies that stand in the way. */
  pushNewtons: number;
  /** How much it is drawn to places nobody entered, to suspicious places and to walls; Yuka's characterBias. */
  exploreBias: number;
  inspectBias: number;
  wallBias: number;
}

const WALKER: Persona = {
  name: 'walker',
  // Walking 1.4 m/s (Bohannon 1997, comfortable gait) would leave half of a house unseen in a minute: agents hurry.
  speed: 2,
  jumpsPerSecond: 0,
  bodyScale: 1,
  pushNewtons: 0,
  exploreBias: 1,
  inspectBias: 0.8,
  wallBias: 0.6,
};

const SPRINTER: Persona = { ...WALKER, name: 'sprinter', speed: 4, inspectBias: 0.9, wallBias: 0.5 };

/** Leans on what moves; a grown person pushes with 200 to 300 N (Snook and Ciriello 1991). */
export const PUSHER: Persona = { ...WALKER, name: 'pusher', pushNewtons: 250, inspectBias: 1, wallBias: 0.9 };

/** Sprinters twice: they see most of the ground. */
export const PERSONAS: readonly Persona[] = [
  WALKER,
  SPRINTER,
  { ...WALKER, name: 'jumper', jumpsPerSecond: 0.4, inspectBias: 1.2, wallBias: 0.7 },
  { ...WALKER, name: 'wall-hugger', exploreBias: 0.5, inspectBias: 1, wallBias: 1.2 },
  // A child of seven: what has no room for a grown person may let it in, or through.
  { ...WALKER, name: 'small', bodyScale: 0.7, inspectBias: 1.2 },
  SPRINTER,
  PUSHER,
  // A broad person with a pack: that it does not fit through a gap says nothing of the gap.
  { ...WALKER, name: 'large', bodyScale: 1.15, inspectBias: 0 },
];
