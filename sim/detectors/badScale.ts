import type { Finding } from '../types.ts';
import type { Enclosure } from './enclosure.ts';
import { middleOf, sizeOf, type WorldContext } from './worldContext.ts';

/**
 * Bad scale: the world is not in metres. Three witnesses, each enough: the whole world is smaller than a body
 * or larger than a small country; its rooms have ceilings far beyond any built; things with known names
 * have sizes that no such thing has.
 */

const MIN_WORLD_METERS = 1;
const MAX_WORLD_METERS = 20_000;
/** Cathedral naves end at 48 m (Beauvais); railway halls and hangars stay under 80 m. */
const MAX_CEILING_METERS = 80;
const MAX_WALL_METERS = 150;
/** Half the sizes of a kind that is far off may be a toy among real ones; three times as far is not. */
const MIN_FACTOR = 5;

/** Largest side of common things, metres: the middle of what shops and building codes list. */
const KNOWN_SIZES: readonly [RegExp, number][] = [
  [/door(?!bell|knob|mat)/i, 2.1],
  [/chair|stool/i, 0.9],
  [/sofa|couch/i, 2],
  [/\bbed\b/i, 2],
  [/table|desk/i, 1.4],
  [/lamp/i, 0.8],
  [/cup|mug|bottle/i, 0.2],
  [/person|human|robot|man\b|woman/i, 1.75],
  [/\bcar\b|truck|\bvan\b/i, 4.6],
  [/bench/i, 1.6],
  [/crate|barrel/i, 0.9],
  [/shelf|bookcase|wardrobe/i, 1.9],
];

export function detectBadScale(context: WorldContext, enclosure: Enclosure | undefined): Finding[] {
  const { bvh, objects } = context;
  const world = bvh.triangles;
  const sizes = sizeOf(world);
  const largest = Math.max(...sizes);
  const finding = (
    factor: number,
    message: string,
    confidence: number,
    evidence: Record<string, unknown>,
  ): Finding[] => [
    {
      type: 'bad-scale',
      severity: 'error',
      confidence,
      position: middleOf(world),
      extent: sizes,
      message: `${message} The world looks ${factor >= 1 ? `${format(factor)} times too large` : `${format(1 / factor)} times too small`}; units are metres.`,
      evidence: {
        worldSizeMeters: sizes.map(size => Math.round(size * 1000) / 1000),
        likelyFactor: factor,
        ...evidence,
      },
    },
  ];

  const ratios: { name: string; ratio: number }[] = [];
  for (const object of objects) {
    if (context.ground.has(object.index)) continue;
    const known = KNOWN_SIZES.find(([pattern]) => pattern.test(object.name));
    if (known) ratios.push({ name: object.name, ratio: Math.max(...sizeOf(object)) / known[1] });
  }
  if (ratios.length > 0) {
    const sorted = ratios.map(entry => entry.ratio).sort((a, b) => a - b);
    const median = sorted[sorted.length >> 1];
    if (median > MIN_FACTOR || median < 1 / MIN_FACTOR)
      return finding(median, `${ratios[0].name} is ${format(ratios[0].ratio)} times its usual size.`, 0.85, {
        known: ratios.slice(0, 5),
      });
    // Things that are their usual size vouch for the rest.
    return [];
  }
  if (largest < MIN_WORLD_METERS)
    return finding(largest / 10, `The whole world measures ${format(largest)} m.`, 0.9, {});
  if (largest > MAX_WORLD_METERS)
    return finding(largest / 1000, `The world measures ${format(largest)} m.`, 0.7, {});
  if (
    enclosure?.enclosed &&
    enclosure.medianCeilingMeters !== undefined &&
    enclosure.medianCeilingMeters > MAX_CEILING_METERS
  )
    return finding(
      enclosure.medianCeilingMeters / 2.7,
      `Ceilings are ${format(enclosure.medianCeilingMeters)} m above the floor.`,
      0.85,
      { medianCeilingMeters: enclosure.medianCeilingMeters },
    );
  if (enclosure?.enclosed && enclosure.medianWallMeters > MAX_WALL_METERS)
    return finding(
      enclosure.medianWallMeters / 2.7,
      `Upright walls all around are ${format(enclosure.medianWallMeters)} m high.`,
      0.7,
      { medianWallMeters: enclosure.medianWallMeters },
    );
  return [];
}

function format(value: number): string {
  return value >= 10 ? value.toFixed(0) : value.toPrecision(2);
}
