import type { Vector3 } from '../scene.ts';
import { finish } from './finishes.ts';
import { type Finish, Sketch } from './sketch.ts';

/** The texture 'paper' is a sheet of this many pictures along each side. */
const PICTURES_PER_SIDE = 4;
/** Share of a picture that is cut off at its edges, so that its neighbours never bleed in. */
const INSET = 0.004;

/** A rectangle that shows one of the sixteen pictures of the sheet; its front faces u × v. */
export function drawPicture(
  sketch: Sketch,
  picture: number,
  origin: Vector3,
  u: Vector3,
  v: Vector3,
  paper: Finish = finish('paper'),
): void {
  const [column, row] = [
    picture % PICTURES_PER_SIDE,
    Math.floor(picture / PICTURES_PER_SIDE) % PICTURES_PER_SIDE,
  ];
  const whole = new Sketch().panel(paper, origin, u, v, { fit: true });
  for (const part of whole.parts) {
    const uvs = part.uvs.map(
      (value, i) => ((i % 2 === 0 ? column : row) + INSET + value * (1 - 2 * INSET)) / PICTURES_PER_SIDE,
    );
    sketch.append(paper, { ...part, uvs });
  }
}
