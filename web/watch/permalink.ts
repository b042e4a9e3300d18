import type { CameraMode, CameraView, FollowFrom } from '../viewer/viewerTypes.ts';

/**
 * What a link to a view holds, in the part of the address after '#': time, selection, followed agent, camera.
 * `t=12.35&v=stuck-1a2b3c4d&a=3&from=eyes&at=1,1.7,2&to=0,1,0&mode=fly`. What is not understood is left out, part
 * by part: a link from elsewhere opens what it can.
 */
export interface Permalink {
  /** Simulated seconds, to the millisecond: in a hundredth of a second a runner comes 5 cm further. */
  seconds?: number;
  /** Id of a violation. */
  selection?: string;
  agent?: number;
  from?: FollowFrom;
  /** To the centimetre. */
  camera?: CameraView;
}

const MODES: readonly CameraMode[] = ['walk', 'fly', 'orbit', 'follow'];
/** Farther than any world reaches, metres; keeps a number from being written with an exponent. */
const MAX_METERS = 1e6;
const MAX_SECONDS = 1e6;
const VIOLATION_ID = /^[a-z0-9][a-z0-9-]{0,79}$/;
const NUMBER = /^-?\d{1,9}(\.\d{1,6})?$/;

/** Without the '#'; empty where there is nothing to say. */
export function encodePermalink(link: Permalink): string {
  const parts: string[] = [];
  if (link.seconds !== undefined && link.seconds >= 0 && link.seconds <= MAX_SECONDS)
    parts.push(`t=${Math.round(link.seconds * 1000) / 1000}`);
  if (link.selection !== undefined && VIOLATION_ID.test(link.selection)) parts.push(`v=${link.selection}`);
  if (link.agent !== undefined && Number.isInteger(link.agent) && link.agent >= 0) {
    parts.push(`a=${link.agent}`);
    if (link.from !== undefined) parts.push(`from=${link.from}`);
  }
  if (link.camera && isPlace(link.camera.position) && isPlace(link.camera.target)) {
    const { position, target, mode } = link.camera;
    parts.push(`at=${position.map(short).join(',')}`, `to=${target.map(short).join(',')}`, `mode=${mode}`);
  }
  return parts.join('&');
}

/** Reads what `encodePermalink` wrote, with or without the '#'. Never throws. */
export function parsePermalink(hash: string): Permalink {
  const fields = new Map<string, string>();
  for (const part of hash.replace(/^#/, '').split('&')) {
    const equals = part.indexOf('=');
    if (equals > 0 && !fields.has(part.slice(0, equals)))
      fields.set(part.slice(0, equals), decode(part.slice(equals + 1)));
  }
  const link: Permalink = {};
  const seconds = number(fields.get('t'));
  if (seconds !== undefined && seconds >= 0 && seconds <= MAX_SECONDS) link.seconds = seconds;
  const selection = fields.get('v');
  if (selection && VIOLATION_ID.test(selection)) link.selection = selection;
  const agent = fields.get('a');
  if (agent && /^\d{1,3}$/.test(agent)) {
    link.agent = Number(agent);
    const from = fields.get('from');
    if (from === 'behind' || from === 'eyes') link.from = from;
  }
  const position = point(fields.get('at'));
  const target = point(fields.get('to'));
  const mode = MODES.find(known => known === fields.get('mode'));
  if (position && target && mode) link.camera = { position, target, mode };
  return link;
}

function short(value: number): string {
  // Adding 0 makes −0 a plain 0.
  return String(Math.round(value * 100) / 100 + 0);
}

function isPlace(place: readonly number[]): boolean {
  return place.every(value => Number.isFinite(value) && Math.abs(value) <= MAX_METERS);
}

function number(text: string | undefined): number | undefined {
  return text !== undefined && NUMBER.test(text) ? Number(text) : undefined;
}

function point(text: string | undefined): [number, number, number] | undefined {
  const [x, y, z, ...rest] = (text ?? '').split(',').map(number);
  if (x === undefined || y === undefined || z === undefined || rest.length > 0) return undefined;
  return isPlace([x, y, z]) ? [x, y, z] : undefined;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}
