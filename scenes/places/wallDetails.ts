import type { Random } from '../../engine/random.ts';
import { finish } from '../geometry/finishes.ts';
import { drawPicture } from '../geometry/picture.ts';
import type { Finish, Sketch } from '../geometry/sketch.ts';
import { multiply, rotationY, translation } from '../geometry/transforms.ts';
import type { WallPoint } from './place.ts';

/** Runs `draw` in a wall's frame: x along the wall, y up, +z into the room, origin at the floor. */
export function onWall(sketch: Sketch, point: WallPoint, draw: () => void): void {
  sketch.within(multiply(translation(point.x, 0, point.z), rotationY(point.yaw)), draw);
}

/** A closed door with frame, panels, handle and a small window or number plate. */
export function drawDoor(
  sketch: Sketch,
  point: WallPoint,
  leaf: Finish,
  frame: Finish,
  random: Random,
): void {
  const width = 0.92;
  const height = 2.06;
  onWall(sketch, point, () => {
    const post = 0.09;
    for (const side of [-1, 1])
      sketch.box(frame, [(side * (width + post)) / 2, 0, 0.03], [post, height, 0.06], {
        skip: ['-z', '-y'],
        cell: 0.7,
      });
    sketch.box(frame, [0, height, 0.03], [width + 2 * post, post, 0.06], { skip: ['-z'], cell: 0.5 });
    sketch.box(leaf, [0, 0, 0.0125], [width, height, 0.025], {
      skip: ['-z', '-y', '+x', '-x', '+y'],
      cell: 0.5,
    });
    for (const [y, tall] of [
      [0.18, 0.72],
      [1.08, 0.82],
    ])
      for (const side of [-1, 1])
        sketch.box(leaf, [side * 0.21, y, 0.032], [0.32, tall, 0.014], { skip: ['-z'] });
    const metal = finish('metal', [0.7, 0.66, 0.55]);
    sketch.box(metal, [0.38, 0.98, 0.045], [0.05, 0.16, 0.04], { skip: ['-z'] });
    sketch.box(metal, [0.34, 1.05, 0.075], [0.13, 0.025, 0.025]);
    if (random.chance(0.7))
      sketch.box(finish('skin', [0.12, 0.13, 0.15]), [0, 1.62, 0.045], [0.18, 0.1, 0.012], { skip: ['-z'] });
  });
}

/** A framed picture: one of the sixteen posters of the sheet. */
export function drawPoster(
  sketch: Sketch,
  point: WallPoint,
  width: number,
  height: number,
  bottom: number,
  random: Random,
): void {
  const frame = finish(
    'wood',
    random.pick([
      [0.25, 0.17, 0.1],
      [0.1, 0.1, 0.1],
      [0.7, 0.6, 0.42],
    ] as const) as [number, number, number],
  );
  onWall(sketch, point, () => {
    sketch.box(frame, [0, bottom - 0.03, 0.0125], [width + 0.06, height + 0.06, 0.025], { skip: ['-z'] });
    drawPicture(sketch, random.integer(16), [-width / 2, bottom, 0.03], [width, 0, 0], [0, height, 0]);
  });
}

/** A window that glows with the light outside: frame, glazing bars, sill and a curtain on each side. */
export function drawWindow(
  sketch: Sketch,
  point: WallPoint,
  width: number,
  height: number,
  bottom: number,
  glow: [number, number, number],
  curtain?: Finish,
): void {
  const frame = finish('wood', [0.86, 0.84, 0.8]);
  const pane = finish('skin', [0.1, 0.12, 0.14], { emissive: glow });
  onWall(sketch, point, () => {
    sketch.panel(pane, [-width / 2, bottom, 0.01], [width, 0, 0], [0, height, 0]);
    for (const x of [-width / 2, 0, width / 2])
      sketch.box(frame, [x, bottom, 0.025], [0.06, height, 0.05], { skip: ['-z'] });
    for (const y of [bottom - 0.03, bottom + height * 0.5, bottom + height - 0.03])
      sketch.box(frame, [0, y, 0.022], [width + 0.06, 0.06, 0.044], { skip: ['-z'] });
    sketch.box(frame, [0, bottom - 0.08, 0.07], [width + 0.2, 0.05, 0.14], { skip: ['-z'] });
    if (!curtain) return;
    for (const side of [-1, 1])
      for (let fold = 0; fold < 4; fold++)
        sketch.box(
          curtain,
          [side * (width / 2 + 0.02 + fold * 0.075), bottom - 0.3, 0.05 + (fold % 2) * 0.03],
          [0.075, height + 0.5, 0.05 + (fold % 2) * 0.03],
          { skip: ['-z'], cell: 0.6 },
        );
    sketch.box(
      finish('metal', [0.3, 0.25, 0.2]),
      [0, bottom + height + 0.2, 0.12],
      [width + 0.75, 0.03, 0.03],
    );
  });
}
