import type { ViolationView } from '../../../server/api/types.ts';
import { pinKindIndex, SEVERITY_COLORS, SEVERITY_PIXELS } from './pinKinds.ts';

/** Pins as the vertices of one mesh: a quad each, which the vertex shader turns to the eye. */
export interface PinVertices {
  /** xyz per vertex: the place that is pinned, the same for a pin's four. */
  positions: Float32Array;
  /** Corner per vertex, −1 or 1. */
  corners: Float32Array;
  /** Per vertex: index of the kind in the atlas, height in CSS pixels. */
  kinds: Float32Array;
  /** sRGB rgba per vertex. */
  colors: Float32Array;
  indices: Uint32Array;
}

const CORNERS = [-1, -1, 1, -1, 1, 1, -1, 1];

export function layOutPins(violations: readonly ViolationView[], selected: string | null): PinVertices {
  const count = violations.length;
  const vertices: PinVertices = {
    positions: new Float32Array(count * 12),
    corners: new Float32Array(count * 8),
    kinds: new Float32Array(count * 8),
    colors: new Float32Array(count * 16),
    indices: new Uint32Array(count * 6),
  };
  violations.forEach((violation, i) => {
    const isSelected = violation.id === selected;
    const kind = pinKindIndex(violation.type);
    const pixels = SEVERITY_PIXELS[violation.severity] * (isSelected ? 1.45 : 1);
    const [red, green, blue] = SEVERITY_COLORS[violation.severity];
    for (let k = 0; k < 4; k++) {
      const vertex = i * 4 + k;
      vertices.positions.set(violation.position, vertex * 3);
      vertices.kinds.set([kind, pixels], vertex * 2);
      vertices.colors.set([red, green, blue, isSelected ? 1 : 0.94], vertex * 4);
    }
    vertices.corners.set(CORNERS, i * 8);
    const first = i * 4;
    vertices.indices.set([first, first + 1, first + 2, first, first + 2, first + 3], i * 6);
  });
  return vertices;
}

/** Distance in metres from which pins shrink, and the share of their height that they keep. */
export const PIN_FULL_METERS = 7;
export const PIN_LEAST_SHARE = 0.5;

/** Height in CSS pixels of a pin at a distance; the shader does the same. */
export function pinHeight(pixels: number, distance: number): number {
  return pixels * Math.min(1, Math.max(PIN_LEAST_SHARE, PIN_FULL_METERS / Math.max(distance, 1e-6)));
}

/**
 * The pin under a click: the nearest to the eye of those whose quad is hit.
 * @param toScreen CSS pixels and distance along the view of a place; undefined behind the eye.
 * @returns its index, −1 for none.
 */
export function pickPin(
  violations: readonly ViolationView[],
  toScreen: (place: readonly number[]) => { x: number; y: number; depth: number } | undefined,
  x: number,
  y: number,
  slackPixels: number,
): number {
  let best = -1;
  let bestDepth = Infinity;
  violations.forEach((violation, index) => {
    const place = toScreen(violation.position);
    if (!place || place.depth >= bestDepth) return;
    const height = pinHeight(SEVERITY_PIXELS[violation.severity], place.depth);
    // The tip is at the place, the head above it.
    const up = place.y - y;
    if (Math.abs(x - place.x) > height / 2 + slackPixels || up < -slackPixels || up > height + slackPixels)
      return;
    bestDepth = place.depth;
    best = index;
  });
  return best;
}
