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
  const isNothing = (i: number) => sky[i] === 1 || black[i] === BLACK || view.hidden?.[i] === 1;
  return {
    ...depth,
    inverseDepth: depth.inverseDepth.map((q, i) => (isNothing(i) ? 0 : q)),
    confidence: depth.confidence.map((c, i) => (isNothing(i) ? 0 : c)),
  };
}
