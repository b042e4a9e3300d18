import { BLACK, findBlack } from './findBlack.ts';
import { findSky } from './findSky.ts';
import type { DepthMap, View } from './view.ts';

/**
 * Less the sky and what the picture left black: matching gives them the depth of what lies beside them. Less what the
 * masks hide: overlays and movers are not the place.
 */
export function onlySurface(view: View, depth: DepthMap): DepthMap {
  const sky = findSky(view.rgb, depth.width, depth.height);
  const black = findBlack(view.gray, depth.width, depth.height);
  const inverseDepth = depth.inverseDepth.slice();
  const confidence = depth.confidence.slice();
  for (let i = 0; i < inverseDepth.length; i++)
    if (sky[i] === 1 || black[i] === BLACK || view.hidden?.[i] === 1) {
      inverseDepth[i] = 0;
      confidence[i] = 0;
    }
  return { ...depth, inverseDepth, confidence };
}
