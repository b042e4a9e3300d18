import type { WorldTriangles } from '../geometry/worldTriangles.ts';
import type { Finding } from '../types.ts';
import type { Enclosure } from './enclosure.ts';
import { middleOf, sizeOf, type WorldContext } from './worldContext.ts';

/**
 * Bad scale: the world is not in metres. Four witnesses, each enough: the whole world is smaller than a body
 * or larger than a small country; its rooms have ceilings far beyond any built; things with known names
 * have sizes that no such thing has; a place was built in detail, and hardly any of it is as small as a body.
 */

const MIN_WORLD_METERS = 1;
const MAX_WORLD_METERS = 20_000;
/** Cathedral naves end at 48 m (Beauvais); railway halls and hangars stay under 80 m. */
const MAX_CEILING_METERS = 80;
const MAX_WALL_METERS = 150;
/** In places of all kinds nine of ten edges are shorter than this: steps, sills, furniture. */
const BODY_EDGE_METERS = 5;
const MIN_BODY_EDGES_SHARE = 0.05;
/** A few boxes are too few to tell. */
const MIN_DETAIL_TRIANGLES = 300;
/** Bare land seen from far may have no detail; at least this share of what is built stands upright or faces down. */
const MIN_BUILT_SHARE = 0.2;
const UPRIGHT_NORMAL_Y = 0.3;
/** The middle of edges in furnished places, metres: for a guess at the factor. */
const USUAL_EDGE_METERS = 0.3;
/** Toys and monuments differ from the real thing by less. */
const MIN_FACTOR = 5;

/** Largest side of common things, metres: the middle of what shops and building codes list. A node of several has their plural, and any size. */
const KNOWN_SIZES: readonly [RegExp, number][] = (
  [
    ['door', 2.1],
    ['chair|armchair|stool', 0.9],
    ['sofa|couch', 2],
    ['bed', 2],
    ['table|desk', 1.4],
    ['cup|mug|bottle|bowl|plate|book', 0.2],
    ['bin|bucket|basket|extinguisher|suitcase|backpack', 0.5],
    ['lamp|toilet|sink|stove|oven|washer|dishwasher', 0.9],
    ['bicycle|bike|motorcycle|scooter', 1.8],
    ['person|human|robot|man|woman', 1.75],
    ['car|truck|van', 4.6],
    ['bench', 1.6],
    ['crate|barrel', 0.9],
    ['cabinet|dresser|locker|fridge|refrigerator', 1.5],
    ['shelf|bookcase|bookshelf|wardrobe|cupboard', 1.9],
  ] as const
).map(([nouns, size]) => [new RegExp(`^(?:${nouns})(?![a-z])`, 'i'), size]);
/** One thing alone may be a toy or have an odd name. */
const MIN_KNOWN = 2;

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
  if (ratios.length >= MIN_KNOWN) {
    const sorted = ratios.map(entry => entry.ratio).sort((a, b) => a - b);
    const median = sorted[sorted.length >> 1];
    const all = sorted[0] > MIN_FACTOR || sorted[sorted.length - 1] < 1 / MIN_FACTOR;
    if (all)
      return finding(median, `${ratios[0].name} is ${format(ratios[0].ratio)} times its usual size.`, 0.85, {
        known: ratios.slice(0, 5),
      });
    // Things that are their usual size vouch for the rest.
    if (median <= MIN_FACTOR && median >= 1 / MIN_FACTOR) return [];
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
  const edge = edgeBeyondBody(world);
  if (edge !== undefined)
    return finding(
      edge / USUAL_EDGE_METERS,
      `Half of its edges are longer than ${format(edge)} m and hardly any is as small as a body.`,
      0.6,
      { medianEdgeMeters: edge },
    );
  return [];
}

/** The median edge of a place that was built and has no edges of a body's size; undefined for any other. */
function edgeBeyondBody({ positions, indices, normals, areas }: WorldTriangles): number | undefined {
  if (areas.length < MIN_DETAIL_TRIANGLES) return undefined;
  const lengths = new Float64Array(indices.length);
  const enough = MIN_BODY_EDGES_SHARE * lengths.length;
  let short = 0;
  for (let corner = 0; corner < indices.length; corner++) {
    const from = 3 * indices[corner];
    const to = 3 * indices[corner % 3 === 2 ? corner - 2 : corner + 1];
    lengths[corner] = Math.hypot(
      positions[to] - positions[from],
      positions[to + 1] - positions[from + 1],
      positions[to + 2] - positions[from + 2],
    );
    // A place with edges of a body's size has them soon: the rest need not be measured.
    if (lengths[corner] < BODY_EDGE_METERS && ++short >= enough) return undefined;
  }
  let built = 0;
  let total = 0;
  for (const [triangle, area] of areas.entries()) {
    total += area;
    if (normals[3 * triangle + 1] < UPRIGHT_NORMAL_Y) built += area;
  }
  if (built < MIN_BUILT_SHARE * total) return undefined;
  return lengths.sort()[lengths.length >> 1];
}

/** A world that only a smaller body can walk may be a model on a table, or drawn too small. */
export function detectSmallWorld({ bvh, body }: WorldContext): Finding[] {
  if (body.scale === 1) return [];
  const world = bvh.triangles;
  return [
    {
      type: 'bad-scale',
      severity: 'info',
      confidence: 0.5,
      position: middleOf(world),
      extent: sizeOf(world),
      message: `No floor here has room for a grown person; the world was walked by a body of ${body.height} m.`,
      evidence: { bodyScale: body.scale, bodyHeightMeters: body.height, bodyRadiusMeters: body.radius },
    },
  ];
}

function format(value: number): string {
  return value >= 10 ? value.toFixed(0) : value.toPrecision(2);
}
