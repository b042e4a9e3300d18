import type { Random } from '../../../engine/random.ts';
import type { WorldModel } from '../../../engine/world/worldModel.ts';
import type { Vector3 } from '../../scene.ts';
import type { FloorMap } from './floorMap.ts';

/** The violation types that a world can show; each has an injector of its name in this folder. */
export const WORLD_FAULT_TYPES = [
  'fall-through',
  'leak',
  'stuck',
  'unreachable',
  'blocked-passage',
  'invisible-wall',
  'ghost-surface',
  'interpenetration',
  'floating',
  'unstable',
  'bad-scale',
  'bad-up',
  'bad-geometry',
] as const;
export type WorldFaultType = (typeof WORLD_FAULT_TYPES)[number];

/** A world that a fault is planted in. The injector owns and changes it. */
export interface FaultSubject {
  visual: WorldModel;
  /** What is touched where it is not what is seen; absent: the same. */
  collider?: WorldModel;
  floor: FloorMap;
}

/** What was planted, in the world's frame after planting, metres. */
export interface WorldFault {
  type: WorldFaultType;
  position: Vector3;
  /** Full size along x, y, z. */
  extent: Vector3;
  /** Which of the injector's ways, with its numbers. */
  how: string;
}

/** Changes the subject and says what is wrong with it now, or says why this world cannot have this fault. */
export type WorldFaultInjector = (subject: FaultSubject, random: Random) => WorldFault | string;
