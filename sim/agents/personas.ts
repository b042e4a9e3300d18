/** How one agent goes about its work. Four kinds, dealt out in turn, so that every run has all of them. */
export interface Persona {
  name: 'walker' | 'sprinter' | 'jumper' | 'wall-hugger';
  /** m/s. */
  speed: number;
  /** Jumps per second while under way. */
  jumpsPerSecond: number;
  /** How much it is drawn to places nobody entered, to suspicious places and to walls; Yuka's characterBias. */
  exploreBias: number;
  inspectBias: number;
  wallBias: number;
}

/** Walking 1.4 m/s (Bohannon 1997, comfortable gait) would leave half of a house unseen in a minute: agents hurry. */
export const PERSONAS: readonly Persona[] = [
  { name: 'walker', speed: 2, jumpsPerSecond: 0, exploreBias: 1, inspectBias: 0.8, wallBias: 0.6 },
  { name: 'sprinter', speed: 4, jumpsPerSecond: 0, exploreBias: 1, inspectBias: 0.9, wallBias: 0.5 },
  { name: 'jumper', speed: 2, jumpsPerSecond: 0.4, exploreBias: 1, inspectBias: 1.2, wallBias: 0.7 },
  { name: 'wall-hugger', speed: 2, jumpsPerSecond: 0, exploreBias: 0.5, inspectBias: 1, wallBias: 1.2 },
];
