import type { Random } from '../../engine/random.ts';
import { finish } from '../geometry/finishes.ts';
import { Sketch } from '../geometry/sketch.ts';
import { translation } from '../geometry/transforms.ts';
import type { PlaceLayout } from '../places/place.ts';

/** Rain or snow: slabs of drops that fall through the air over the lane and start again at the top. */
export interface Particles {
  slabs: Sketch[];
  /** worldFromSlab for every slab. */
  at(timeSeconds: number): Float64Array[];
}

const CEILING_METERS = 6;
const SLABS = 6;
const DROPS_PER_SLAB = { rain: 90, snow: 130 };
const FALL_METERS_PER_SECOND = { rain: 6.5, snow: 1.1 };

export function createParticles(weather: 'rain' | 'snow', { lane }: PlaceLayout, random: Random): Particles {
  const thickness = CEILING_METERS / SLABS;
  const drop = finish('skin', weather === 'rain' ? [0.75, 0.8, 0.88] : [1, 1, 1], {
    doubleSided: true,
    emissive: weather === 'rain' ? [0.06, 0.07, 0.08] : [0.18, 0.18, 0.2],
  });
  const [wide, tall] = weather === 'rain' ? [0.006, 0.22] : [0.025, 0.025];
  const slabs = Array.from({ length: SLABS }, () => {
    const sketch = new Sketch();
    for (let i = 0; i < DROPS_PER_SLAB[weather]; i++) {
      // None falls where the camera goes: a drop on the lens would fill the picture.
      const x = lane.x + random.range(0.55, 5) * (random.chance(0.5) ? 1 : -1);
      const z = random.range(Math.max(lane.endZ - 1, lane.startZ - 14), lane.startZ);
      sketch.panel(drop, [x, random.range(0, thickness), z], [wide, 0, 0], [0, tall, 0]);
    }
    return sketch;
  });
  return {
    slabs,
    at: time =>
      slabs.map((_, i) => {
        const span = CEILING_METERS + thickness;
        const fallen = (FALL_METERS_PER_SECOND[weather] * time + (i * span) / SLABS) % span;
        const drift = weather === 'snow' ? 0.25 * Math.sin(0.8 * time + i) : 0;
        return translation(drift, CEILING_METERS - fallen, 0);
      }),
  };
}
