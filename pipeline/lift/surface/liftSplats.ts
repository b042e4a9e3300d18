import type { SplatCloud } from '../../../engine/world/splats/splatCloud.ts';
import { dcOfLinear, splatsFromModel } from '../../../engine/world/splats/splatsFromModel.ts';
import type { WorldModel } from '../../../engine/world/worldModel.ts';
import type { PosedDepth } from './checkConsistency.ts';
import { colorVertices } from './colorVertices.ts';

/** As for the points: how far behind a view's depth the surface may lie and still be what the view shows. */
const TOLERANCE_METERS = 0.12;
/** The curb about the known floor is a sign for walkers and no surface. */
const NOT_SEEN = 'edge';
const MOST_EYES = 24;

/**
 * Gaussians on a lifted world's surface, finer where the camera came near, coloured from the video. What no view
 * shows keeps the colour of the visual.
 * @param path the camera's positions, world frame
 */
export function liftSplats(
  visual: WorldModel,
  maps: readonly PosedDepth[],
  path: readonly (readonly [number, number, number])[],
  budget: number,
): SplatCloud {
  const step = Math.max(1, Math.ceil(path.length / MOST_EYES));
  const { cloud, normals } = splatsFromModel(visual, {
    budget,
    eyes: path.filter((_, i) => i % step === 0),
    keep: node => node.name !== NOT_SEEN,
  });
  const { colors, seen } = colorVertices(cloud.positions, normals, maps, TOLERANCE_METERS, true);
  for (let i = 0; i < cloud.count; i++)
    if (seen[i]) for (let k = 0; k < 3; k++) cloud.colors[3 * i + k] = dcOfLinear(colors[4 * i + k]);
  return cloud;
}
