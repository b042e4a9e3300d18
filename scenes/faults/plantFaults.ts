import { createRandom, type Random } from '../../engine/random.ts';
import { addMover, type BuiltScene, drawFloor } from '../buildScene.ts';
import { chain, identity, rotationY, scaling, translation } from '../geometry/transforms.ts';
import { createFigure } from '../motion/movers.ts';
import type { Rect } from '../places/place.ts';
import { overlaps, type PlacedThing } from '../placeThings.ts';
import type { NodeState, Vector3 } from '../scene.ts';
import type { FaultType } from './failureModel.ts';

export interface PlantedFault {
  type: FaultType;
  severity: number;
  /** Seconds from the video's start. */
  from: number;
  to: number;
  /** Name of the node in the truth's world.glb, where one is concerned. */
  node?: string;
  /** World frame, metres, where the fault has a place. */
  position?: Vector3;
  parameters: Record<string, number | string>;
}

/** A fault that was drawn and could not be planted, with the reason. */
export interface SkippedFault {
  type: FaultType;
  reason: string;
}

/** What the planted faults do while the take is rendered; geometry is changed in the scene itself. */
export interface FaultEffects {
  faults: PlantedFault[];
  skipped: SkippedFault[];
  /** When the camera believes it to be. */
  cameraTime(timeSeconds: number): number;
  /** Factor on the exposure. */
  exposure(timeSeconds: number): number;
  /** Share of the picture's width over which it is smeared. */
  blurWidthShare(timeSeconds: number): number;
  nodesAt(timeSeconds: number): NodeState[];
  /** Nodes that are no part of the world at time 0. */
  absentNodes: ReadonlySet<number>;
}

/** Plants the drawn faults. Changes the scene's world; the same scene, faults and seed give the same result. */
export function plantFaults(
  scene: BuiltScene,
  drawn: readonly { type: FaultType; severity: number }[],
  seed: number,
): FaultEffects {
  const planter = new Planter(scene);
  for (const { type, severity } of drawn) {
    const random = createRandom(`${seed}/plant/${type}`);
    const result = PLANT[type](planter, severity, random);
    if (typeof result === 'string') planter.skipped.push({ type, reason: result });
    else planter.faults.push({ type, severity, ...result });
  }
  return {
    faults: planter.faults,
    skipped: planter.skipped,
    cameraTime: time => planter.cameraTime(time),
    exposure: time => planter.exposure(time),
    blurWidthShare: time => planter.blur(time),
    nodesAt: time => planter.nodes.map(state => state(time)),
    absentNodes: planter.absent,
  };
}

class Planter {
  readonly faults: PlantedFault[] = [];
  readonly skipped: SkippedFault[] = [];
  readonly nodes: ((time: number) => NodeState)[] = [];
  readonly absent = new Set<number>();
  /** Things that already have a fault. */
  readonly used = new Set<number>();
  cameraTime = (time: number) => time;
  exposure = (_time: number) => 1;
  blur = (_time: number) => 0;
  readonly scene: BuiltScene;

  constructor(scene: BuiltScene) {
    this.scene = scene;
  }

  name(node: number): string {
    return this.scene.world.nodes[node].name;
  }

  /** Share of the take during which the camera sees a point from less than seven and a half metres. */
  seenShare(point: Vector3): number {
    const samples = 12;
    let seen = 0;
    for (let i = 0; i < samples; i++) {
      const time = ((i + 0.5) / samples) * this.scene.seconds;
      const { worldFromCamera: m, fx, fy, width, height } = this.scene.cameraAt(this.cameraTime(time));
      const d = [point[0] - m[12], point[1] - m[13], point[2] - m[14]];
      const along = (axis: number) => m[axis * 4] * d[0] + m[axis * 4 + 1] * d[1] + m[axis * 4 + 2] * d[2];
      const depth = -along(2);
      const inside =
        Math.abs(along(0) * fx) < 0.46 * width * depth && Math.abs(along(1) * fy) < 0.46 * height * depth;
      if (depth > 1 && depth < 7.5 && inside) seen++;
    }
    return seen / samples;
  }

  /** A movable thing that the camera sees for a good part of the take, and that has no other fault. */
  visibleThing(
    random: Random,
    accept: (thing: PlacedThing) => boolean = () => true,
  ): [number, PlacedThing] | undefined {
    const candidates = [...this.scene.things]
      .filter(([node, thing]) => !this.used.has(node) && !thing.recipe.fixed && accept(thing))
      .map(([node, thing]) => {
        const [x, y, z] = originOf(this.scene.world.nodes[node].worldFromNode);
        return { node, thing, share: this.seenShare([x, y + thing.heightMeters / 2, z]) };
      })
      .sort((a, b) => b.share - a.share);
    const clear = candidates.filter(({ share }) => share >= 0.35);
    const best = candidates.filter(({ share }) => share >= 0.15).slice(0, 1);
    const pool = clear.length > 0 ? clear : best;
    if (pool.length === 0) return undefined;
    const { node, thing } = random.pick(pool);
    this.used.add(node);
    return [node, thing];
  }
}

type Planted = Omit<PlantedFault, 'type' | 'severity'>;
const NO_THING = 'no movable thing stands where the camera sees it';

function originOf(transform: Float64Array): Vector3 {
  return [transform[12], transform[13], transform[14]];
}

const PLANT: Readonly<
  Record<FaultType, (planter: Planter, severity: number, random: Random) => Planted | string>
> = {
  'static-camera': (planter, severity) => {
    const { seconds } = planter.scene;
    planter.cameraTime = time => time * (1 - severity);
    return { from: 0, to: seconds, parameters: { motionShare: 1 - severity } };
  },

  flicker: (planter, severity, random) => {
    const { seconds } = planter.scene;
    const amplitude = 0.08 + 0.27 * severity;
    const rate = random.range(3.5, 9);
    const from = random.range(0, seconds * 0.3);
    const to = Math.min(seconds, from + seconds * random.range(0.4, 1));
    const phase = random.range(0, 6);
    planter.exposure = time =>
      time < from || time > to
        ? 1
        : Math.exp(
            amplitude *
              (0.7 * Math.sin(2 * Math.PI * rate * time + phase) +
                0.5 * Math.sin(2 * Math.PI * rate * 0.37 * time)),
          );
    return { from, to, parameters: { amplitude, rateHertz: rate } };
  },

  pop: (planter, severity, random) => {
    const found = planter.visibleThing(random);
    if (!found) return NO_THING;
    const [node] = found;
    const { seconds } = planter.scene;
    const length = seconds * (0.15 + 0.45 * severity);
    const vanishes = random.chance(0.5);
    const from = vanishes ? seconds * random.range(0.25, 0.5) : 0;
    const to = Math.min(seconds, from + length);
    const still = planter.scene.world.nodes[node].worldFromNode;
    planter.nodes.push(time => ({ node, worldFromNode: still, visible: time < from || time >= to }));
    return {
      from,
      to,
      node: planter.name(node),
      position: originOf(still),
      parameters: { what: vanishes ? 'vanishes' : 'appears' },
    };
  },

  morph: (planter, severity, random) => {
    const found = planter.visibleThing(random);
    if (!found) return NO_THING;
    const [node] = found;
    const { seconds } = planter.scene;
    const swell = 0.15 + 0.45 * severity;
    const rate = random.range(0.35, 0.7);
    const still = planter.scene.world.nodes[node].worldFromNode;
    planter.nodes.push(time => {
      const wave = Math.sin(2 * Math.PI * rate * time);
      const wide = 1 + swell * 0.6 * wave;
      return {
        node,
        worldFromNode: chain(still, scaling(wide, 1 - swell * 0.7 * wave, wide)),
        visible: true,
      };
    });
    return {
      from: 0,
      to: seconds,
      node: planter.name(node),
      position: originOf(still),
      parameters: { scaleAmplitude: swell, rateHertz: rate },
    };
  },

  'floating-object': (planter, severity, random) => {
    const found = planter.visibleThing(random, thing => thing.heightMeters < 1.6);
    if (!found) return NO_THING;
    const [node] = found;
    const height = 0.15 + 0.75 * severity;
    const still = planter.scene.world.nodes[node].worldFromNode;
    still[13] += height;
    return {
      from: 0,
      to: planter.scene.seconds,
      node: planter.name(node),
      position: originOf(still),
      parameters: { heightMeters: height },
    };
  },

  'floor-hole': (planter, severity, random) => {
    const { scene } = planter;
    const { lane, floor } = scene.layout;
    const width = 0.85 + 0.75 * severity;
    const depth = width * random.range(0.8, 1.3);
    for (let attempt = 0; attempt < 200; attempt++) {
      // Wide enough holes are walked into; they lie in the lane, where agents go.
      const x = lane.x + random.range(-1, 1) * Math.max(0, lane.halfWidth - width * 0.3);
      const z = lane.startZ - random.range(2.6, 8);
      const hole: Rect = {
        minX: x - width / 2,
        maxX: x + width / 2,
        minZ: z - depth / 2,
        maxZ: z + depth / 2,
      };
      const inside =
        hole.minX > floor.minX + 0.1 &&
        hole.maxX < floor.maxX - 0.1 &&
        hole.minZ > floor.minZ + 0.1 &&
        hole.maxZ < floor.maxZ - 0.1;
      if (!inside || planter.seenShare([x, 0, z]) < 0.4) continue;
      if ([...scene.things.values()].some(thing => overlaps(thing.footprint, hole, 0.02))) continue;
      cutFloor(scene, hole);
      return {
        from: 0,
        to: scene.seconds,
        node: 'floor',
        position: [x, 0, z],
        parameters: { widthMeters: width, depthMeters: depth },
      };
    }
    return 'no stretch of floor that the camera sees is free of things';
  },

  blur: (planter, severity, random) => {
    const { seconds } = planter.scene;
    const share = 0.004 + 0.012 * severity;
    const from = seconds * random.range(0, 0.4);
    const to = Math.min(seconds, from + seconds * (0.25 + 0.5 * severity));
    planter.blur = time => (time >= from && time <= to ? share : 0);
    return { from, to, parameters: { widthShare: share } };
  },

  'mover-crossing': (planter, severity, random) => {
    const { scene } = planter;
    const { lane } = scene.layout;
    const figure = createFigure({ kind: 'person', count: 1, action: 'walk', direction: 'across' }, random);
    const when = scene.seconds * random.range(0.35, 0.65);
    const ahead = 2.6 - 1.2 * severity;
    const camera = scene.cameraAt(planter.cameraTime(when)).worldFromCamera;
    const z = Math.max(lane.endZ, camera[14] - ahead);
    const side = random.chance(0.5) ? 1 : -1;
    const speed = 1.3;
    const reach = 2.2;
    const at = (time: number) => {
      const gone = speed * (time - when);
      const worldFromFigure = chain(
        translation(camera[12] - side * gone, 0, z),
        rotationY((side * Math.PI) / 2),
      );
      return figure.pose(gone + 10, 'walk', time).map(limb => chain(worldFromFigure, limb));
    };
    const mover = {
      plan: { kind: 'person', count: 1, action: 'walk', direction: 'across' } as const,
      figure,
      sweep: { minX: 0, maxX: 0, minZ: 0, maxZ: 0 },
      at,
    };
    const { nodes, name } = addMover(scene.builder, mover, 'crossing-person');
    const [from, to] = [Math.max(0, when - reach / speed), Math.min(scene.seconds, when + reach / speed)];
    nodes.forEach((node, i) => {
      planter.absent.add(node);
      planter.nodes.push(time => ({ node, worldFromNode: at(time)[i], visible: time >= from && time <= to }));
    });
    return {
      from,
      to,
      node: name,
      position: [camera[12], 0, z],
      parameters: { distanceMeters: ahead, speed },
    };
  },

  interpenetration: (planter, severity, random) => {
    const { scene } = planter;
    const found = planter.visibleThing(random);
    if (!found) return NO_THING;
    const [node, thing] = found;
    const others = [...scene.things]
      .filter(([other, { recipe }]) => other !== node && !recipe.fixed && !planter.used.has(other))
      .sort(
        ([, a], [, b]) => distance(a.footprint, thing.footprint) - distance(b.footprint, thing.footprint),
      );
    const nearest = others[0];
    if (!nearest) return 'the scene has only one movable thing';
    const [otherNode, other] = nearest;
    planter.used.add(otherNode);
    const share = 0.25 + 0.45 * severity;
    // Pushed along the lane, so that neither comes into the camera's way.
    const overlap = share * Math.min(depthOf(thing.footprint), depthOf(other.footprint));
    const away = (depthOf(thing.footprint) + depthOf(other.footprint)) / 2 - overlap;
    const side =
      (thing.footprint.minZ + thing.footprint.maxZ) / 2 > (other.footprint.minZ + other.footprint.maxZ) / 2
        ? 1
        : -1;
    const dx = middleX(other.footprint) - middleX(thing.footprint);
    const dz =
      (other.footprint.minZ + other.footprint.maxZ - thing.footprint.minZ - thing.footprint.maxZ) / 2 +
      side * away;
    const moved = scene.world.nodes[node].worldFromNode;
    moved[12] += dx;
    moved[14] += dz;
    const { footprint } = thing;
    Object.assign(thing, {
      footprint: {
        minX: footprint.minX + dx,
        maxX: footprint.maxX + dx,
        minZ: footprint.minZ + dz,
        maxZ: footprint.maxZ + dz,
      },
    });
    return {
      from: 0,
      to: scene.seconds,
      node: planter.name(node),
      position: originOf(moved),
      parameters: { otherNode: planter.name(otherNode), overlapMeters: overlap },
    };
  },
};

function depthOf(rect: Rect): number {
  return rect.maxZ - rect.minZ;
}

function middleX(rect: Rect): number {
  return (rect.minX + rect.maxX) / 2;
}

function distance(a: Rect, b: Rect): number {
  return Math.hypot(middleX(a) - middleX(b), (a.minZ + a.maxZ - b.minZ - b.maxZ) / 2);
}

/** Replaces the floor by four rectangles around the hole. */
function cutFloor(scene: BuiltScene, hole: Rect): void {
  const { floor } = scene.layout;
  const pieces: Rect[] = [
    { minX: floor.minX, maxX: floor.maxX, minZ: hole.maxZ, maxZ: floor.maxZ },
    { minX: floor.minX, maxX: floor.maxX, minZ: floor.minZ, maxZ: hole.minZ },
    { minX: floor.minX, maxX: hole.minX, minZ: hole.minZ, maxZ: hole.maxZ },
    { minX: hole.maxX, maxX: floor.maxX, minZ: hole.minZ, maxZ: hole.maxZ },
  ];
  scene.builder.replace(scene.floorNode, drawFloor(floor, pieces), identity());
}
