import { rotationX, rotationZ } from '../../geometry/transforms.ts';
import { extent, middle } from './props.ts';
import { transformWorld } from './wholeWorld.ts';
import type { WorldFaultInjector } from './worldFault.ts';

const TURNS = {
  'Z up': rotationX(Math.PI / 2),
  '-Z up': rotationX(-Math.PI / 2),
  'X up': rotationZ(-Math.PI / 2),
  'upside down': rotationX(Math.PI),
} as const;

/** The whole world on its side or on its head; Z up most often, as in life. */
export const plantBadUp: WorldFaultInjector = (subject, random) => {
  const how = random.chance(0.5) ? 'Z up' : random.pick(['-Z up', 'X up', 'upside down'] as const);
  const bounds = transformWorld(subject, TURNS[how]);
  return { type: 'bad-up', position: middle(bounds), extent: extent(bounds), how };
};
