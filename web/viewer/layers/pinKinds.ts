import type { ViolationView } from '../../../server/api/types.ts';

export type PinShape = 'circle' | 'square' | 'diamond';

export interface PinKind {
  type: string;
  /** One or two letters on the pin. */
  letters: string;
  /** circle: met by agents on their way. square: in the geometry or its physics. diamond: in the video. */
  shape: PinShape;
}

const MET: Record<string, string> = {
  'fall-through': 'Fa',
  leak: 'Le',
  stuck: 'St',
  unreachable: 'Un',
  'blocked-passage': 'Bl',
  'invisible-wall': 'In',
  'ghost-surface': 'Gh',
};
const BUILT: Record<string, string> = {
  interpenetration: 'Ip',
  floating: 'Fl',
  unstable: 'Us',
  'bad-scale': 'Sc',
  'bad-up': 'Up',
  'bad-geometry': 'Ge',
};
const SEEN: Record<string, string> = {
  'view-inconsistency': 'Vi',
  pop: 'Po',
  flicker: 'Fk',
  frozen: 'Fz',
  cut: 'Cu',
  'no-parallax': 'Pa',
  'av-desync': 'Av',
};

const kinds = (letters: Record<string, string>, shape: PinShape): PinKind[] =>
  Object.entries(letters).map(([type, text]) => ({ type, letters: text, shape }));

/** In the order of the atlas; the last stands for types that are not known here. */
export const PIN_KINDS: readonly PinKind[] = [
  ...kinds(MET, 'circle'),
  ...kinds(BUILT, 'square'),
  ...kinds(SEEN, 'diamond'),
  { type: 'other', letters: '?', shape: 'circle' },
];

export function pinKindIndex(type: string): number {
  const index = PIN_KINDS.findIndex(kind => kind.type === type);
  return index >= 0 ? index : PIN_KINDS.length - 1;
}

/** sRGB, 0–1: told apart by lightness as well, for those who do not see the hues. */
export const SEVERITY_COLORS: Readonly<Record<ViolationView['severity'], readonly [number, number, number]>> =
  {
    error: [0.93, 0.26, 0.24],
    warning: [0.98, 0.72, 0.2],
    info: [0.45, 0.75, 1],
  };

/** Height of a pin in CSS pixels when near. */
export const SEVERITY_PIXELS: Readonly<Record<ViolationView['severity'], number>> = {
  error: 34,
  warning: 30,
  info: 26,
};
