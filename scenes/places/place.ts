import type { Random } from '../../engine/random.ts';
import { finish } from '../geometry/finishes.ts';
import { cornerShade, patina } from '../geometry/shade.ts';
import type { Finish, Shade, Sketch } from '../geometry/sketch.ts';
import type { ScenePlan } from '../grammar/plan.ts';
import type { ThingName } from '../grammar/vocabulary.ts';
import type { Vector3 } from '../scene.ts';

/** On the floor plan, metres. */
export interface Rect {
  minX: number;
  maxX: number;
  minZ: number;
  maxZ: number;
}

/** A stretch of wall that things may stand against. */
export interface WallSlot {
  /** Middle of the stretch, on the wall. */
  x: number;
  z: number;
  /** The way that a thing's front (+Z of its frame) faces: radians about +Y. */
  yaw: number;
  width: number;
  /** Height of the ground there; default 0. */
  y?: number;
}

export interface Furnishing {
  kind: ThingName;
  where: 'wall' | 'free';
  count: readonly [least: number, most: number];
}

export interface PlaceContext {
  random: Random;
  seed: number;
  plan: ScenePlan;
}

/** A place without its movable things. The camera's lane runs towards −Z. */
export interface PlaceLayout {
  /** Fixed geometry, each a static node; the floor is separate so that a fault can cut it. */
  structure: { name: string; sketch: Sketch }[];
  floor: Rect & { finish: Finish; shade: Shade; cell: number };
  lane: { x: number; startZ: number; endZ: number; halfWidth: number };
  /** What an orbiting camera circles, and how far away it may be. */
  orbit: { x: number; z: number; radius: number };
  wallSlots: WallSlot[];
  /** Where things may stand, away from the lane. */
  standAreas: (Rect & {
    /** Height of the ground there; default 0. */
    y?: number;
  })[];
  /** Footprints of structure that stands inside the standing areas. */
  obstacles: Rect[];
  furnishings: Furnishing[];
  outdoor: boolean;
  /** Sources of artificial light, at most eight. */
  lamps: { position: Vector3; color: Vector3; radiusMeters: number }[];
  /** Ambient light of an indoor place, before the plan's light. */
  ambient: number;
}

export interface Shell extends Rect {
  height: number;
}

/** The shading of every inner surface of a box-shaped room. */
export function roomShade(shell: Shell, name: string, seed: number, strength = 0.2): Shade {
  return cornerShade(shell, patina(name, seed, strength));
}

const CELL = 0.45;

/** How far floors and ceilings reach behind the walls: edges that meet with different vertices show pinholes. */
const TUCK = 0.05;

/** A room's floor plan grown behind its walls. */
export function behindWalls({ minX, maxX, minZ, maxZ }: Rect): Rect {
  return { minX: minX - TUCK, maxX: maxX + TUCK, minZ: minZ - TUCK, maxZ: maxZ + TUCK };
}

/** Four inner walls, a skirting and an optional band of another finish up to `bandHeight`. */
export function drawWalls(
  sketch: Sketch,
  shell: Shell,
  options: {
    wall: Finish;
    shade: Shade;
    band?: { finish: Finish; height: number };
    skirting?: Finish;
    cell?: number;
  },
): void {
  const { minX, maxX, minZ, maxZ, height } = shell;
  const [width, depth] = [maxX - minX, maxZ - minZ];
  const bands: [Finish, number, number][] = options.band
    ? [
        [options.band.finish, 0, options.band.height],
        [options.wall, options.band.height, height],
      ]
    : [[options.wall, 0, height]];
  const shape = { cell: options.cell ?? CELL, shade: options.shade };
  for (const [wall, low, high] of bands) {
    const up: Vector3 = [0, high - low, 0];
    sketch.panel(wall, [minX, low, minZ], [width, 0, 0], up, shape);
    sketch.panel(wall, [maxX, low, maxZ], [-width, 0, 0], up, shape);
    sketch.panel(wall, [minX, low, maxZ], [0, 0, -depth], up, shape);
    sketch.panel(wall, [maxX, low, minZ], [0, 0, depth], up, shape);
  }
  if (options.skirting) {
    const thick = 0.015;
    const tall = 0.11;
    const { skirting, shade } = options;
    sketch.box(skirting, [minX + thick / 2, 0, (minZ + maxZ) / 2], [thick, tall, depth - 2 * thick], {
      skip: ['-x', '-y', '+z', '-z'],
      cell: 1,
      shade,
    });
    sketch.box(skirting, [maxX - thick / 2, 0, (minZ + maxZ) / 2], [thick, tall, depth - 2 * thick], {
      skip: ['+x', '-y', '+z', '-z'],
      cell: 1,
      shade,
    });
    sketch.box(skirting, [(minX + maxX) / 2, 0, minZ + thick / 2], [width, tall, thick], {
      skip: ['-z', '-y', '+x', '-x'],
      cell: 1,
      shade,
    });
    sketch.box(skirting, [(minX + maxX) / 2, 0, maxZ - thick / 2], [width, tall, thick], {
      skip: ['+z', '-y', '+x', '-x'],
      cell: 1,
      shade,
    });
  }
}

export function drawCeiling(sketch: Sketch, shell: Shell, ceiling: Finish, shade: Shade, cell = CELL): void {
  const { height } = shell;
  const { minX, maxX, minZ, maxZ } = behindWalls(shell);
  sketch.panel(ceiling, [minX, height, minZ], [maxX - minX, 0, 0], [0, 0, maxZ - minZ], { cell, shade });
}

/** A point on one of the four walls and the transform that takes +Z to the wall's inward normal there. */
export interface WallPoint {
  x: number;
  z: number;
  yaw: number;
}

/** A sketch frame on a wall: x along it, y up, +z into the room. */
export function wallPoint(shell: Rect, side: 'left' | 'right' | 'far' | 'near', along: number): WallPoint {
  if (side === 'left') return { x: shell.minX, z: along, yaw: Math.PI / 2 };
  if (side === 'right') return { x: shell.maxX, z: along, yaw: -Math.PI / 2 };
  if (side === 'far') return { x: along, z: shell.minZ, yaw: 0 };
  return { x: along, z: shell.maxZ, yaw: Math.PI };
}

/** Evenly spaced stretches along the walls of a room, leaving out those that a door takes. */
export function wallSlots(shell: Rect, width: number, taken: readonly WallPoint[], gap = 0.75): WallSlot[] {
  const slots: WallSlot[] = [];
  const along = (side: 'left' | 'right' | 'far' | 'near', from: number, to: number) => {
    const count = Math.floor((to - from) / width);
    for (let i = 0; i < count; i++) {
      const point = wallPoint(shell, side, from + ((i + 0.5) * (to - from)) / count);
      if (!taken.some(door => Math.hypot(door.x - point.x, door.z - point.z) < gap + width / 2))
        slots.push({ ...point, width: (to - from) / count });
    }
  };
  along('left', shell.minZ + 0.3, shell.maxZ - 0.3);
  along('right', shell.minZ + 0.3, shell.maxZ - 0.3);
  along('far', shell.minX + 0.6, shell.maxX - 0.6);
  return slots;
}

/** A lamp that hangs flat under a ceiling. */
export function drawCeilingLamp(
  sketch: Sketch,
  x: number,
  height: number,
  z: number,
  size: Vector3,
  glow: Vector3,
): void {
  const lit = finish('skin', [1, 1, 1], { emissive: glow });
  const frame = finish('metal', [0.75, 0.75, 0.75]);
  sketch.box(frame, [x, height - 0.05, z], [size[0] + 0.06, 0.05, size[2] + 0.06], { skip: ['+y'] });
  sketch.box(lit, [x, height - 0.075, z], [size[0], 0.025, size[2]], { skip: ['+y'] });
}
