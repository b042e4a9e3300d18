import {
  type Capsule,
  type CastHit,
  emptyCastHit,
  emptyProximityHit,
  type ProximityHit,
  type Queries,
  type QueryContext,
  requireFinite,
} from './hits.ts';
import type { RawExports } from './rawLayout.ts';

/** Bytes of the largest input, ShapeCastInput, and of the largest result: a fraction and two contacts. */
const INPUT_BYTES = 64;
const RESULT_BYTES = 136;
/** Byte offsets of the world's contact in a result: a shape cast has the shape's own before it. */
const SHAPE_CONTACT = 72;
const RAY_CONTACT = 8;

/**
 * Queries by Havok's exports themselves, on structs kept in its heap: no objects, no strings, no allocation per
 * call. 2.1 times as many walker steps a second as by embind. rawLayout.ts holds the offsets to the instance.
 */
export function createRawQueries(
  { havok: { memory }, world: [world], collector: [collector], nodeOfBody, shapeOf }: QueryContext,
  raw: RawExports,
): Queries {
  const cast = raw.malloc(INPUT_BYTES);
  const near = raw.malloc(INPUT_BYTES);
  const ray = raw.malloc(INPUT_BYTES);
  const result = raw.malloc(RESULT_BYTES);
  for (const address of [cast, near, ray, result])
    if (address === 0) throw new RangeError('Havok cannot hold the inputs of its queries.');
  let floats = new Float32Array(memory.buffer);
  let words = new Uint32Array(memory.buffer);
  refresh();
  new Uint8Array(memory.buffer, cast, INPUT_BYTES).fill(0);
  new Uint8Array(memory.buffer, near, INPUT_BYTES).fill(0);
  new Uint8Array(memory.buffer, ray, INPUT_BYTES).fill(0);
  floats[(cast + 20) >> 2] = 1;
  floats[(near + 32) >> 2] = 1;
  words[(ray + 24) >> 2] = 0xffffffff;
  words[(ray + 28) >> 2] = 0xffffffff;
  const shape = new BigUint64Array(1);
  const shapeWords = new Uint32Array(shape.buffer);
  let lastCapsule: Capsule | undefined;

  /** A heap that grew leaves its old views empty. */
  function refresh(): void {
    if (floats.length > 0) return;
    floats = new Float32Array(memory.buffer);
    words = new Uint32Array(memory.buffer);
  }

  function writeShape(address: number, capsule: Capsule): void {
    if (capsule !== lastCapsule) {
      shape[0] = shapeOf(capsule)[0];
      lastCapsule = capsule;
      refresh();
    }
    words[address >> 2] = shapeWords[0];
    words[(address >> 2) + 1] = shapeWords[1];
  }

  function hasHit(): boolean {
    raw.HP_QueryCollector_GetNumHits(collector, result);
    refresh();
    return words[result >> 2] !== 0;
  }

  function fill<Hit extends CastHit | ProximityHit>(hit: Hit, contact: number): Hit {
    const at = (result + contact) >> 2;
    hit.node = nodeOfBody.get(words[at] + words[at + 1] * 0x100000000) ?? -1;
    const { position, normal } = hit;
    position[0] = floats[at + 8];
    position[1] = floats[at + 9];
    position[2] = floats[at + 10];
    normal[0] = floats[at + 11];
    normal[1] = floats[at + 12];
    normal[2] = floats[at + 13];
    return hit;
  }

  return {
    castCapsule(capsule, from, to, into) {
      requireFinite(from);
      requireFinite(to);
      refresh();
      writeShape(cast, capsule);
      const at = (cast + 24) >> 2;
      floats[at] = from[0];
      floats[at + 1] = from[1];
      floats[at + 2] = from[2];
      floats[at + 3] = to[0];
      floats[at + 4] = to[1];
      floats[at + 5] = to[2];
      raw.HP_World_ShapeCastWithCollector(world, collector, cast);
      if (!hasHit()) return undefined;
      raw.HP_QueryCollector_GetShapeCastResult(collector, 0, result);
      const hit = fill(into ?? emptyCastHit(), SHAPE_CONTACT);
      hit.fraction = floats[result >> 2];
      return hit;
    },
    castRay(from, to, into) {
      requireFinite(from);
      requireFinite(to);
      refresh();
      const at = ray >> 2;
      floats[at] = from[0];
      floats[at + 1] = from[1];
      floats[at + 2] = from[2];
      floats[at + 3] = to[0];
      floats[at + 4] = to[1];
      floats[at + 5] = to[2];
      raw.HP_World_CastRayWithCollector(world, collector, ray);
      if (!hasHit()) return undefined;
      raw.HP_QueryCollector_GetCastRayResult(collector, 0, result);
      const hit = fill(into ?? emptyCastHit(), RAY_CONTACT);
      hit.fraction = floats[result >> 2];
      return hit;
    },
    proximity(capsule, center, maxDistanceMeters, into) {
      requireFinite(center);
      refresh();
      writeShape(near, capsule);
      const at = (near + 8) >> 2;
      floats[at] = center[0];
      floats[at + 1] = center[1];
      floats[at + 2] = center[2];
      floats[at + 7] = maxDistanceMeters;
      raw.HP_World_ShapeProximityWithCollector(world, collector, near);
      if (!hasHit()) return undefined;
      raw.HP_QueryCollector_GetShapeProximityResult(collector, 0, result);
      const hit = fill(into ?? emptyProximityHit(), SHAPE_CONTACT);
      hit.distanceMeters = floats[result >> 2];
      return hit;
    },
    dispose() {
      for (const address of [cast, near, ray, result]) raw.free(address);
    },
  };
}
