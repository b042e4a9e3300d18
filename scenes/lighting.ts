import type { Random } from '../engine/random.ts';
import type { ScenePlan } from './grammar/plan.ts';
import type { PlaceLayout } from './places/place.ts';
import type { SceneLighting, Vector3 } from './scene.ts';

function times(color: Vector3, factor: number): Vector3 {
  return [color[0] * factor, color[1] * factor, color[2] * factor];
}

/** Light for a place by the plan's hour and weather. Indoors the lamps do the work; outdoors the sun and the sky. */
export function createLighting(plan: ScenePlan, layout: PlaceLayout, random: Random): SceneLighting {
  const azimuth = random.range(0.5, 1.1) * (random.chance(0.5) ? 1 : -1);
  const { light, weather } = plan;
  const grey = weather !== 'clear';
  const fogDensityPerMeter =
    weather === 'fog' ? random.range(0.04, 0.065) : weather === 'rain' || weather === 'snow' ? 0.02 : 0;
  if (!layout.outdoor) {
    // 'day' lets more light into a room, 'night' leaves the lamps alone.
    const ambient =
      layout.ambient * (light === 'day' ? 1.35 : light === 'dusk' ? 0.85 : light === 'night' ? 0.5 : 1);
    const warm: Vector3 =
      light === 'dusk' ? [1.1, 0.94, 0.78] : light === 'night' ? [0.8, 0.9, 1.15] : [1, 0.99, 0.97];
    return {
      sunDirection: [0.2, 1, 0.3],
      sunColor: [0, 0, 0],
      skyAmbient: times(warm, ambient),
      groundAmbient: times([1, 0.97, 0.92], ambient * 0.85),
      background: { zenith: [0.004, 0.004, 0.005], horizon: [0.004, 0.004, 0.005] },
      fogColor: times([0.75, 0.76, 0.78], 0.35 + ambient * 0.5),
      fogDensityPerMeter,
      shadows: false,
      pointLights: layout.lamps.slice(0, 8),
      exposure: 1.18,
    };
  }
  const sky = {
    day: {
      sun: [1.25, 1.16, 1.0],
      up: [0.5, 0.58, 0.7],
      down: [0.3, 0.28, 0.25],
      zenith: [0.1, 0.25, 0.6],
      horizon: [0.55, 0.68, 0.85],
      height: 0.95,
    },
    lamps: {
      sun: [1.25, 1.16, 1.0],
      up: [0.5, 0.58, 0.7],
      down: [0.3, 0.28, 0.25],
      zenith: [0.1, 0.25, 0.6],
      horizon: [0.55, 0.68, 0.85],
      height: 0.95,
    },
    dusk: {
      sun: [1.25, 0.62, 0.28],
      up: [0.36, 0.34, 0.46],
      down: [0.24, 0.2, 0.18],
      zenith: [0.1, 0.13, 0.34],
      horizon: [0.85, 0.45, 0.25],
      height: 0.36,
    },
    night: {
      sun: [0.1, 0.12, 0.18],
      up: [0.13, 0.15, 0.23],
      down: [0.08, 0.08, 0.1],
      zenith: [0.006, 0.009, 0.025],
      horizon: [0.03, 0.035, 0.06],
      height: 0.8,
    },
  }[light] as Record<'sun' | 'up' | 'down' | 'zenith' | 'horizon', Vector3> & { height: number };
  const cloud: Vector3 = times([0.62, 0.66, 0.7], light === 'night' ? 0.06 : light === 'dusk' ? 0.6 : 1);
  return {
    sunDirection: [Math.sin(azimuth), sky.height, Math.cos(azimuth) * 0.9],
    sunColor: times(sky.sun, grey ? 0.22 : 1),
    skyAmbient: grey ? times(cloud, 1.05) : sky.up,
    groundAmbient: grey ? times(cloud, 0.55) : sky.down,
    background: grey
      ? { zenith: times(cloud, 0.85), horizon: cloud }
      : { zenith: sky.zenith, horizon: sky.horizon },
    fogColor: grey ? cloud : sky.horizon,
    fogDensityPerMeter,
    shadows: true,
    pointLights: light === 'night' || light === 'dusk' ? layout.lamps.slice(0, 8) : [],
    exposure: light === 'night' ? 1.5 : 1,
  };
}
