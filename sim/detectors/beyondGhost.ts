import type { WorldManifest } from '../../engine/world/worldSchema.ts';
import { chooseSpawns } from '../agents/spawns.ts';
import { buildNavmeshes } from '../navmesh/buildNavmesh.ts';
import { Navmesh } from '../navmesh/navmesh.ts';
import { fineJob } from '../navmesh/navmeshJobs.ts';
import type { Finding } from '../types.ts';
import type { BlockedPassage } from './blockedPassage.ts';
import { measureEnclosure } from './enclosure.ts';
import type { WorldContext } from './worldContext.ts';

/**
 * Beyond a ghost: where bodies get only because they walk through what is seen as solid. That they fall off the world
 * there, or find a way too narrow, follows from the ghost and is no defect of its own.
 */

/** A body last stood up to a step beyond the rim of the floor, and as far above or below it, metres. */
const REACH_METERS = 1;

/**
 * Those of some findings that would be there if what is seen were solid. A leak follows from a ghost where it is on floor
 * that agents could then not come to, a passage where the floor before it is; where no such floor is near, nothing is
 * said to follow.
 * @throws NAVMESH_FAILED; CANCELLED.
 */
export async function withoutBeyondGhosts(
  findings: readonly Finding[],
  passages: readonly BlockedPassage[],
  { bvh, body }: WorldContext,
  manifest: WorldManifest | undefined,
  signal: AbortSignal | undefined,
): Promise<Finding[]> {
  const [polygons] = await buildNavmeshes([fineJob(bvh.triangles, body)], { signal });
  if (!polygons) return [...findings];
  const navmesh = new Navmesh(polygons);
  const componentAt = ([x, y, z]: readonly [number, number, number]) => {
    const polygon = navmesh.locate(x, y, z, REACH_METERS, REACH_METERS);
    return polygon < 0 ? undefined : navmesh.component[polygon];
  };
  const isOpen = (component: number) =>
    !measureEnclosure({ bvh, body, navmesh, reachable: new Set([component]) })?.enclosed;
  const { places } = chooseSpawns(navmesh, manifest, body.stepHeight, isOpen);
  const inside = new Set(places.map(componentAt));
  const reached = new Map(passages.map(passage => [passage.finding, passage.reached]));
  return findings.filter(finding => {
    const place = finding.type === 'leak' ? finding.position : reached.get(finding);
    const component = place && componentAt(place);
    return component === undefined || inside.has(component);
  });
}
