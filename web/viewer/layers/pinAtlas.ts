import '@babylonjs/core/Engines/Extensions/engine.rawTexture.js';
import { RawTexture } from '@babylonjs/core/Materials/Textures/rawTexture.js';
import { Texture } from '@babylonjs/core/Materials/Textures/texture.js';
import type { Scene } from '@babylonjs/core/scene.js';
import { PIN_KINDS, type PinShape } from './pinKinds.ts';

/** Pixels of a pin in the atlas; drawn at half of that on a sharp screen. */
const CELL = 96;
export const ATLAS_COLUMNS = 7;
export const ATLAS_ROWS = Math.ceil(PIN_KINDS.length / ATLAS_COLUMNS);

/** Every kind of pin as a mask: red where it takes the severity's colour, green for the letters, blue for the rim. */
export function createPinAtlas(scene: Scene): RawTexture {
  const canvas = document.createElement('canvas');
  canvas.width = ATLAS_COLUMNS * CELL;
  canvas.height = ATLAS_ROWS * CELL;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) throw new TypeError('This browser has no 2D canvas.');
  context.fillStyle = '#000';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.globalCompositeOperation = 'lighter';
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  PIN_KINDS.forEach(({ letters, shape }, index) => {
    const left = (index % ATLAS_COLUMNS) * CELL;
    const top = Math.floor(index / ATLAS_COLUMNS) * CELL;
    const outline = pinOutline(shape, left, top);
    context.fillStyle = '#f00';
    context.fill(outline);
    context.strokeStyle = '#00f';
    context.lineWidth = 5;
    context.stroke(outline);
    context.fillStyle = '#0f0';
    context.font = `700 ${letters.length > 1 ? 33 : 42}px system-ui, sans-serif`;
    context.fillText(letters, left + CELL / 2, top + CELL * 0.42);
  });
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  return RawTexture.CreateRGBATexture(
    new Uint8Array(data.buffer),
    canvas.width,
    canvas.height,
    scene,
    true,
    false,
    Texture.TRILINEAR_SAMPLINGMODE,
  );
}

/** A head of the shape with a tip at the bottom of the cell. */
function pinOutline(shape: PinShape, left: number, top: number): Path2D {
  const path = new Path2D();
  const x = (share: number) => left + share * CELL;
  const y = (share: number) => top + share * CELL;
  if (shape === 'circle') {
    path.arc(x(0.5), y(0.42), 0.36 * CELL, 0.75 * Math.PI, 0.25 * Math.PI);
    path.lineTo(x(0.5), y(0.96));
  } else if (shape === 'square') {
    path.moveTo(x(0.15), y(0.09));
    path.lineTo(x(0.85), y(0.09));
    path.lineTo(x(0.85), y(0.76));
    path.lineTo(x(0.64), y(0.76));
    path.lineTo(x(0.5), y(0.96));
    path.lineTo(x(0.36), y(0.76));
    path.lineTo(x(0.15), y(0.76));
  } else {
    path.moveTo(x(0.5), y(0.04));
    path.lineTo(x(0.93), y(0.42));
    path.lineTo(x(0.5), y(0.96));
    path.lineTo(x(0.07), y(0.42));
  }
  path.closePath();
  return path;
}
