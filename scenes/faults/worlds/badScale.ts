import { scaling } from '../../geometry/transforms.ts';
import { extent, middle } from './props.ts';
import { transformWorld } from './wholeWorld.ts';
import type { WorldFaultInjector } from './worldFault.ts';

/** Millimetres, centimetres, inches and decimetres taken for metres, and the other way round. */
const FACTORS = [1000, 100, 39.37, 10, 0.1, 0.0254, 0.01, 0.001] as const;

/** The whole world in other units. */
export const plantBadScale: WorldFaultInjector = (subject, random) => {
  const factor = random.pick(FACTORS);
  const bounds = transformWorld(subject, scaling(factor, factor, factor));
  return { type: 'bad-scale', position: middle(bounds), extent: extent(bounds), how: `times ${factor}` };
};
