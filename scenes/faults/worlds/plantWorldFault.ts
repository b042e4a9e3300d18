import type { Random } from '../../../engine/random.ts';
import { plantBadGeometry } from './badGeometry.ts';
import { plantBadScale } from './badScale.ts';
import { plantBadUp } from './badUp.ts';
import { plantBlockedPassage } from './blockedPassage.ts';
import { plantFallThrough } from './fallThrough.ts';
import { plantFloating } from './floating.ts';
import { plantGhostSurface } from './ghostSurface.ts';
import { plantInterpenetration } from './interpenetration.ts';
import { plantInvisibleWall } from './invisibleWall.ts';
import { plantLeak } from './leak.ts';
import { plantStuck } from './stuck.ts';
import { plantUnreachable } from './unreachable.ts';
import { plantUnstable } from './unstable.ts';
import type { FaultSubject, WorldFault, WorldFaultInjector, WorldFaultType } from './worldFault.ts';

const INJECTORS: Readonly<Record<WorldFaultType, WorldFaultInjector>> = {
  'fall-through': plantFallThrough,
  leak: plantLeak,
  stuck: plantStuck,
  unreachable: plantUnreachable,
  'blocked-passage': plantBlockedPassage,
  'invisible-wall': plantInvisibleWall,
  'ghost-surface': plantGhostSurface,
  interpenetration: plantInterpenetration,
  floating: plantFloating,
  unstable: plantUnstable,
  'bad-scale': plantBadScale,
  'bad-up': plantBadUp,
  'bad-geometry': plantBadGeometry,
};

/** Plants a fault in a subject, which it owns. @returns the fault, or why this world cannot have it. */
export function plantWorldFault(
  type: WorldFaultType,
  subject: FaultSubject,
  random: Random,
): WorldFault | string {
  return INJECTORS[type](subject, random);
}
