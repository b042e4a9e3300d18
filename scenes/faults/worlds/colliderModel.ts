import type { WorldModel } from '../../../engine/world/worldModel.ts';
import type { FaultSubject } from './worldFault.ts';
import { cloneModel } from './worldGeometry.ts';

/** What is touched, as a model of its own: made from what is seen where there was none. */
export function ownCollider(subject: FaultSubject): WorldModel {
  subject.collider ??= cloneModel(subject.visual);
  return subject.collider;
}
