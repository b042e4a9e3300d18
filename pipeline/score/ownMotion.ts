import { median } from './statistics.ts';
import type { Stray, StrayLook } from './strayLooks.ts';

/** A connected part of the picture that moves or changes its shape by itself for a while. */
export interface OwnMotion {
  fromFrame: number;
  toFrame: number;
  fromSeconds: number;
  toSeconds: number;
  /** Looks that show it. */
  looks: number;
  /** What strays in all looks together, pictures. */
  sum: number;
  /** The most that strays in one look, share of the picture. */
  area: number;
  /** Box of all that strays, in shares of the picture from the top left. */
  box: { left: number; top: number; right: number; bottom: number };
  /** Median distance from where it could be if it were at rest, px at a 640 px long side. */
  pixels: number;
  /** How fast it crosses the picture, long sides a second, from where it is first seen to where it is last. */
  speed: number;
}

const LONG_SIDE_PIXELS = 640;
/** A look in which more of the followed points stray has no geometry that could be strayed from. */
const MOST_STRAY_SHARE = 0.25;
/** Pixels of a 640 px long side: a cell of the followed points and a half; nearer ones are of one thing. */
const NEAR_PIXELS = 36;
const SAME_BODY_PIXELS = 90;
const FAR_OFF_PIXELS = 6;
const SAME_WAY_SHARE = 0.3;
/** What moves far within a look is predicted worse: this share of its way more. */
const NEAR_WAY = 0.3;
/** Two groups that share fewer of their strays are two things. */
const SAME_SHARE = 0.34;
/** Strays of a group: fewer are slips of the tracker at edges. */
const FEWEST_STRAYS = 4;
/** Looks that a thing may be missing in between. */
const MOST_GAP = 3;
const FEWEST_LOOKS = 2;
/** In all looks together, pictures; and in only two, as stripes of a road can be mistaken for their neighbours twice. */
const LEAST_SUM = 0.02;
const LEAST_SUM_OF_FEWEST = 0.03;
/** Half of the strays are this far off: less is the far end of what trackers err by. */
const LEAST_MEDIAN_PIXELS = 2;
/** An edge that another thing covers slides along it: a line of strays is no thing. */
const LEAST_BREADTH_PIXELS = 5;
/** Two that are this near, as boxes, in most looks or from one to the next, are parts of one. */
const PARTS_PIXELS = 48;

interface Group {
  look: number;
  strays: Stray[];
}

/**
 * Finds what no place at rest explains, in two looks or more. The same thing in the next look is where its strays have
 * gone. What moves along with the camera, or along its epipolar lines only, is not seen.
 * @param aspect the picture's sides, its long side 1.
 */
export function findOwnMotion(
  looks: readonly StrayLook[],
  aspect: { width: number; height: number },
): OwnMotion[] {
  const chains: Group[][] = [];
  looks.forEach((look, index) => {
    if (look.strayPoints > MOST_STRAY_SHARE * look.points) return;
    for (const strays of groupsOf(look.strays)) {
      const group = { look: index, strays };
      let best: Group[] | undefined;
      for (const chain of chains) {
        const last = chain[chain.length - 1];
        if (last.look >= index || index - last.look > MOST_GAP || !isSame(last, group)) continue;
        if (!best || sumOf(chain) > sumOf(best)) best = chain;
      }
      if (best) best.push(group);
      else chains.push([group]);
    }
  });
  const things: Group[][] = [];
  for (const chain of chains.filter(isThing).sort((a, b) => sumOf(b) - sumOf(a))) {
    const whole = things.find(thing => arePartsOfOne(thing, chain));
    if (whole) whole.push(...chain);
    else things.push([...chain]);
  }
  return things.map(thing => describe(thing, looks, aspect));
}

function isThing(chain: readonly Group[]): boolean {
  const looks = new Set(chain.map(({ look }) => look)).size;
  return (
    looks >= FEWEST_LOOKS &&
    sumOf(chain) >= (looks === FEWEST_LOOKS ? LEAST_SUM_OF_FEWEST : LEAST_SUM) &&
    pixelsOf(chain) >= LEAST_MEDIAN_PIXELS &&
    breadthOf(chain) >= LEAST_BREADTH_PIXELS
  );
}

function pixelsOf(chain: readonly Group[]): number {
  return median(chain.flatMap(({ strays }) => strays.map(({ pixels }) => pixels)));
}

/** A body and its legs may be seen as two. */
function arePartsOfOne(thing: readonly Group[], chain: readonly Group[]): boolean {
  let [both, near] = [0, 0];
  for (const { look, strays } of chain) {
    const others = thing.filter(group => Math.abs(group.look - look) <= 1);
    if (others.length === 0) continue;
    both++;
    if (others.some(other => isBoxNear(boxOf(other.strays), boxOf(strays)))) near++;
  }
  return near > both / 2;
}

type Box = readonly [left: number, top: number, right: number, bottom: number];

function boxOf(strays: readonly Stray[]): Box {
  const xs = strays.map(({ end }) => end[0]);
  const ys = strays.map(({ end }) => end[1]);
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

function isBoxNear(a: Box, b: Box): boolean {
  return (
    a[0] - b[2] <= PARTS_PIXELS &&
    b[0] - a[2] <= PARTS_PIXELS &&
    a[1] - b[3] <= PARTS_PIXELS &&
    b[1] - a[3] <= PARTS_PIXELS
  );
}

function sumOf(chain: readonly Group[]): number {
  return chain.reduce((sum, { strays }) => sum + areaOf(strays), 0);
}

function areaOf(strays: readonly Stray[]): number {
  return strays.reduce((sum, { area }) => sum + area, 0);
}

/** Strays whose ends are near each other. */
function groupsOf(strays: readonly Stray[]): Stray[][] {
  const left = new Set(strays);
  const groups: Stray[][] = [];
  for (const seed of strays) {
    if (!left.delete(seed)) continue;
    const group = [seed];
    for (const member of group)
      for (const other of left)
        if (isNear(member.end, other.end, NEAR_PIXELS) || goTogether(member, other)) {
          left.delete(other);
          group.push(other);
        }
    if (group.length >= FEWEST_STRAYS) groups.push(group);
  }
  return groups;
}

/** Far apart, but both well off the camera's way and on the same one: few points lie on a person. */
function goTogether(a: Stray, b: Stray): boolean {
  if (Math.min(a.pixels, b.pixels) < FAR_OFF_PIXELS || !isNear(a.end, b.end, SAME_BODY_PIXELS)) return false;
  const [x, y, u, v] = [
    a.end[0] - a.start[0],
    a.end[1] - a.start[1],
    b.end[0] - b.start[0],
    b.end[1] - b.start[1],
  ];
  return Math.hypot(x - u, y - v) <= SAME_WAY_SHARE * Math.max(Math.hypot(x, y), Math.hypot(u, v));
}

function isNear(a: readonly [number, number], b: readonly [number, number], reach: number): boolean {
  return Math.abs(a[0] - b[0]) <= reach && Math.abs(a[1] - b[1]) <= reach;
}

function isSame(before: Group, after: Group): boolean {
  const reach = NEAR_PIXELS + NEAR_WAY * Math.max(wayOf(before), wayOf(after));
  const share = (a: readonly (readonly [number, number])[], b: readonly (readonly [number, number])[]) =>
    a.filter(one => b.some(other => isNear(one, other, reach))).length / a.length;
  const ends = before.strays.map(({ end }) => end);
  const starts = after.strays.map(({ start }) => start);
  return share(starts, ends) >= SAME_SHARE || share(ends, starts) >= SAME_SHARE;
}

function wayOf({ strays }: Group): number {
  return median(strays.map(({ start, end }) => Math.hypot(end[0] - start[0], end[1] - start[1])));
}

function describe(
  chain: readonly Group[],
  looks: readonly StrayLook[],
  aspect: { width: number; height: number },
): OwnMotion {
  const order = chain.map(({ look }) => look).sort((a, b) => a - b);
  const [first, last] = [looks[order[0]], looks[order[order.length - 1]]];
  const strays = chain.flatMap(group => group.strays);
  const [left, top, right, bottom] = boxOf(strays);
  const [width, height] = [aspect.width * LONG_SIDE_PIXELS, aspect.height * LONG_SIDE_PIXELS];
  const perLook = new Map<number, number>();
  for (const group of chain) perLook.set(group.look, (perLook.get(group.look) ?? 0) + areaOf(group.strays));
  const clamp = (share: number) => Math.min(1, Math.max(0, share));
  return {
    fromFrame: first.fromFrame,
    toFrame: last.toFrame,
    fromSeconds: first.fromSeconds,
    toSeconds: last.toSeconds,
    looks: perLook.size,
    sum: sumOf(chain),
    area: Math.max(...perLook.values()),
    box: {
      left: clamp(left / width),
      top: clamp(top / height),
      right: clamp(right / width),
      bottom: clamp(bottom / height),
    },
    pixels: pixelsOf(chain),
    speed: speedOf(chain, looks),
  };
}

function speedOf(chain: readonly Group[], looks: readonly StrayLook[]): number {
  const order = [...chain].sort((a, b) => a.look - b.look);
  const [first, last] = [order[0], order[order.length - 1]];
  const seconds = looks[last.look].toSeconds - looks[first.look].toSeconds;
  if (seconds <= 0) return 0;
  const middle = ({ strays }: Group) => [
    median(strays.map(({ end }) => end[0])),
    median(strays.map(({ end }) => end[1])),
  ];
  const [[x1, y1], [x2, y2]] = [middle(first), middle(last)];
  return Math.hypot(x2 - x1, y2 - y1) / LONG_SIDE_PIXELS / seconds;
}

/** Standard deviation of the strays across the direction in which their groups are long, px. */
function breadthOf(chain: readonly Group[]): number {
  let [sum, xx, xy, yy] = [0, 0, 0, 0];
  for (const { strays } of chain) {
    const area = areaOf(strays);
    const x = strays.reduce((total, { end, area: weight }) => total + weight * end[0], 0) / area;
    const y = strays.reduce((total, { end, area: weight }) => total + weight * end[1], 0) / area;
    for (const { end, area: weight } of strays) {
      sum += weight;
      xx += weight * (end[0] - x) ** 2;
      xy += weight * (end[0] - x) * (end[1] - y);
      yy += weight * (end[1] - y) ** 2;
    }
  }
  const middle = (xx + yy) / 2 / sum;
  const spread = Math.hypot((xx - yy) / 2, xy) / sum;
  return Math.sqrt(Math.max(0, middle - spread));
}
