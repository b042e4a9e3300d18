import type { Random } from '../engine/random.ts';
import { asked } from './geometry/finishes.ts';
import { Sketch } from './geometry/sketch.ts';
import { chain, rotationY, scaling, translation } from './geometry/transforms.ts';
import type { PlannedThing, ScenePlan } from './grammar/plan.ts';
import type { ThingName } from './grammar/vocabulary.ts';
import type { PlaceLayout, Rect } from './places/place.ts';
import { thingRecipe } from './things/catalog.ts';
import type { ThingRecipe } from './things/thing.ts';

/** A thing that stands in the scene. */
export interface PlacedThing {
  kind: ThingName;
  recipe: ThingRecipe;
  sketch: Sketch;
  worldFromNode: Float64Array;
  /** On the floor plan, with its height. */
  footprint: Rect;
  heightMeters: number;
}

/** Free space around a thing, metres: detectors and capsules must tell two things apart. */
const CLEARANCE = 0.06;
const WALL_GAP = 0.025;

/**
 * Stands the planned things, then the place's own furnishings, where nothing else is: never in the lane, never
 * overlapping. Seeded rejection sampling over wall slots and standing areas.
 * @returns what was placed and which of the prompt's things found no room.
 */
export function placeThings(
  plan: ScenePlan,
  layout: PlaceLayout,
  keepClear: readonly Rect[],
  random: Random,
): { placed: PlacedThing[]; unplaced: ThingName[] } {
  const taken: Rect[] = [...layout.obstacles, ...keepClear];
  const freeSlots = shuffle([...layout.wallSlots], random);
  const placed: PlacedThing[] = [];
  const unplaced: ThingName[] = [];
  const absent = new Set(plan.absent);

  const tryPlace = (thing: PlannedThing, where: 'wall' | 'free', near: boolean): boolean => {
    const recipe = thingRecipe(thing.kind);
    const sketch = new Sketch();
    const style = { random, main: (otherwise: Parameters<typeof asked>[1]) => asked(thing, otherwise) };
    sketch.within(scaling(thing.size, thing.size, thing.size), () => recipe.draw(sketch, style));
    const bounds = sketch.bounds();
    const stand = (x: number, y: number, z: number, yaw: number): boolean => {
      const footprint = turnedFootprint(sketch, x, z, yaw);
      if (taken.some(other => overlaps(footprint, other, CLEARANCE))) return false;
      taken.push(footprint);
      placed.push({
        kind: thing.kind,
        recipe,
        sketch,
        worldFromNode: chain(translation(x, y - bounds.min[1], z), rotationY(yaw)),
        footprint,
        heightMeters: bounds.max[1] - bounds.min[1],
      });
      return true;
    };
    const atWall = () => {
      const width = bounds.max[0] - bounds.min[0];
      // Named things stand where the camera sees them early.
      const slots = near
        ? [...freeSlots].sort((a, b) => visibility(layout, a.z) - visibility(layout, b.z))
        : freeSlots;
      for (const slot of slots) {
        if (slot.width < width + 2 * CLEARANCE) continue;
        const back = -bounds.min[2] + WALL_GAP;
        const jitter = (slot.width - width - 2 * CLEARANCE) * (random.next() - 0.5) * 0.6;
        const [c, s] = [Math.cos(slot.yaw), Math.sin(slot.yaw)];
        if (stand(slot.x + s * back + c * jitter, slot.y ?? 0, slot.z + c * back - s * jitter, slot.yaw)) {
          freeSlots.splice(freeSlots.indexOf(slot), 1);
          return true;
        }
      }
      return false;
    };
    const anywhere = () => {
      const areas = layout.standAreas;
      if (areas.length === 0) return false;
      for (let attempt = 0; attempt < 160; attempt++) {
        const area = random.pick(areas);
        const x = random.range(area.minX, area.maxX);
        let z = random.range(area.minZ, area.maxZ);
        // The first attempts look for a spot in the first part of the lane.
        if (near && attempt < 80)
          z = Math.min(area.maxZ, Math.max(area.minZ, layout.lane.startZ - random.range(2.5, 8)));
        const turned = random.range(-0.5, 0.5) + (x > layout.lane.x ? -Math.PI / 4 : Math.PI / 4);
        const yaw = recipe.alongLane ? (x > layout.lane.x ? Math.PI : 0) : turned;
        const footprint = turnedFootprint(sketch, x, z, yaw);
        if (
          footprint.minX < area.minX ||
          footprint.maxX > area.maxX ||
          footprint.minZ < area.minZ ||
          footprint.maxZ > area.maxZ
        )
          continue;
        if (stand(x, area.y ?? 0, z, yaw)) return true;
      }
      return false;
    };
    return where === 'wall' ? atWall() || anywhere() : anywhere() || atWall();
  };

  for (const thing of plan.things)
    for (let i = 0; i < thing.count; i++)
      // Each try draws the thing anew: a smaller one may fit where the first did not.
      if (
        !Array.from({ length: 4 }).some(() => tryPlace(thing, thingRecipe(thing.kind).where ?? 'free', true))
      )
        unplaced.push(thing.kind);
  for (const furnishing of layout.furnishings) {
    if (absent.has(furnishing.kind)) continue;
    const [least, most] = furnishing.count;
    const count = least + random.integer(most - least + 1);
    for (let i = 0; i < count; i++)
      tryPlace({ kind: furnishing.kind, count: 1, size: 1 }, furnishing.where, false);
  }
  return { placed, unplaced };
}

function visibility(layout: PlaceLayout, z: number): number {
  const ahead = layout.lane.startZ - z;
  return ahead < 2 ? 100 - ahead : ahead;
}

function turnedFootprint(sketch: Sketch, x: number, z: number, yaw: number): Rect {
  const [c, s] = [Math.cos(yaw), Math.sin(yaw)];
  const rect: Rect = { minX: Infinity, maxX: -Infinity, minZ: Infinity, maxZ: -Infinity };
  for (const { positions } of sketch.parts)
    for (let i = 0; i < positions.length; i += 3) {
      const px = x + c * positions[i] + s * positions[i + 2];
      const pz = z - s * positions[i] + c * positions[i + 2];
      rect.minX = Math.min(rect.minX, px);
      rect.maxX = Math.max(rect.maxX, px);
      rect.minZ = Math.min(rect.minZ, pz);
      rect.maxZ = Math.max(rect.maxZ, pz);
    }
  return rect;
}

export function overlaps(a: Rect, b: Rect, gap: number): boolean {
  return a.minX < b.maxX + gap && a.maxX > b.minX - gap && a.minZ < b.maxZ + gap && a.maxZ > b.minZ - gap;
}

function shuffle<T>(items: T[], random: Random): T[] {
  for (let i = items.length - 1; i > 0; i--) {
    const j = random.integer(i + 1);
    [items[i], items[j]] = [items[j], items[i]];
  }
  return items;
}
