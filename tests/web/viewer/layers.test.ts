import { describe, expect, it } from 'vitest';
import type { WorldCamera } from '../../../engine/world/worldSchema.ts';
import type { ViolationView } from '../../../server/api/types.ts';
import { agentGeometry } from '../../../web/viewer/layers/agentGeometry.ts';
import {
  boxLines,
  drawnCameras,
  frustaLines,
  MAX_FRUSTA,
  pathLines,
} from '../../../web/viewer/layers/frusta.ts';
import { modelGeometry, objectColor } from '../../../web/viewer/layers/modelGeometry.ts';
import { PIN_KINDS, pinKindIndex } from '../../../web/viewer/layers/pinKinds.ts';
import { layOutPins, pickPin, pinHeight } from '../../../web/viewer/layers/pinLayout.ts';
import { nextViolation } from '../../../web/viewer/nextViolation.ts';
import { box, worldOf } from '../../engine/solids.ts';

function violation(id: string, change: Partial<ViolationView> = {}): ViolationView {
  return {
    id,
    type: 'stuck',
    severity: 'error',
    confidence: 1,
    position: [0, 0, 0],
    message: '',
    evidence: {},
    replay: {},
    ...change,
  };
}

/** A screen of 100 × 100 px that a place's x and y fall onto as they are; z is the depth. */
const toScreen = ([x, y, z]: readonly number[]) => (z > 0 ? { x, y, depth: z } : undefined);

describe('pins', () => {
  it('lays out a quad each at the place, with its kind, height and colour', () => {
    const pins = layOutPins(
      [violation('a', { position: [1, 2, 3] }), violation('b', { type: 'floating', severity: 'info' })],
      'a',
    );
    expect([...pins.positions.subarray(0, 12)]).toEqual([1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3]);
    expect(pins.indices).toHaveLength(12);
    expect(Math.max(...pins.indices)).toBe(7);
    expect(PIN_KINDS[pins.kinds[0]!]!.type).toBe('stuck');
    expect(PIN_KINDS[pins.kinds[8]!]!.type).toBe('floating');
    // The selected one is larger than its severity's others.
    expect(pins.kinds[1]).toBeGreaterThan(layOutPins([violation('a')], null).kinds[1]!);
    expect([...pins.colors.subarray(0, 3)]).not.toEqual([...pins.colors.subarray(16, 19)]);
  });

  it('has a kind of its own for every type of the product, with letters that no other has', () => {
    const letters = PIN_KINDS.map(kind => kind.letters);
    expect(new Set(letters).size).toBe(letters.length);
    expect(PIN_KINDS[pinKindIndex('from the future')]!.type).toBe('other');
  });

  it('picks the nearest of the pins under a click, by head and tip', () => {
    const pins = [
      violation('far', { position: [50, 60, 6] }),
      violation('near', { position: [52, 60, 3] }),
      violation('behind', { position: [50, 60, -3] }),
    ];
    expect(pickPin(pins, toScreen, 50, 45, 0)).toBe(1);
    expect(pickPin(pins, toScreen, 90, 45, 0)).toBe(-1);
    // Below the tip there is no pin, but a finger may be a little off.
    expect(pickPin(pins, toScreen, 52, 66, 2)).toBe(-1);
    expect(pickPin(pins, toScreen, 52, 66, 12)).toBe(1);
  });

  it('shrinks with the distance, down to a size that can still be read', () => {
    expect(pinHeight(30, 2)).toBe(30);
    expect(pinHeight(30, 10)).toBeLessThan(30);
    expect(pinHeight(30, 1000)).toBe(15);
  });
});

describe('next violation', () => {
  const list = [
    violation('info', { severity: 'info' }),
    violation('sure', { confidence: 0.9 }),
    violation('surer', { confidence: 1 }),
    violation('warning', { severity: 'warning' }),
  ];

  it('goes from the worst to the least and round', () => {
    const order = ['surer', 'sure', 'warning', 'info', 'surer'];
    let at: string | null = null;
    for (const id of order) {
      at = nextViolation(list, at, 1);
      expect(at).toBe(id);
    }
    expect(nextViolation(list, 'surer', -1)).toBe('info');
    expect(nextViolation(list, null, -1)).toBe('info');
    expect(nextViolation([], 'gone', 1)).toBeNull();
  });
});

describe('lines', () => {
  const camera: WorldCamera = {
    frame: 0,
    time: 0,
    position: [1, 2, 3],
    rotation: [0, 0, 0, 1],
    fx: 500,
    fy: 500,
    cx: 320,
    cy: 180,
    width: 640,
    height: 360,
  };

  it('draws a camera as a pyramid that opens the way it looks', () => {
    const { positions, indices } = frustaLines([camera], [1, 1, 1, 1], [1, 0, 0, 1]);
    expect([...positions.subarray(0, 3)]).toEqual([1, 2, 3]);
    for (let corner = 1; corner <= 4; corner++) expect(positions[corner * 3 + 2]).toBeLessThan(3);
    // The first corner is the picture's upper left one.
    expect(positions[3]).toBeLessThan(1);
    expect(positions[4]).toBeGreaterThan(2);
    expect(indices).toHaveLength(16);
  });

  it('draws a long take’s cameras thinned out, first and last among them, in one geometry', () => {
    const shown = drawnCameras(1000);
    expect(shown).toHaveLength(MAX_FRUSTA);
    expect(shown[0]).toBe(0);
    expect(shown.at(-1)).toBe(999);
    expect(drawnCameras(3)).toEqual([0, 1, 2]);
    const { indices, positions } = frustaLines(Array(1000).fill(camera), [1, 1, 1, 1], [1, 0, 0, 1]);
    expect(indices).toHaveLength(MAX_FRUSTA * 16 + (MAX_FRUSTA - 1) * 2);
    expect(Math.max(...indices)).toBe(positions.length / 3 - 1);
  });

  it('draws a box by its twelve edges, and a path by the way between its points', () => {
    const edges = boxLines([0, 1, 0], [2, 4, 6], [1, 0, 0, 1]);
    expect(edges.indices).toHaveLength(24);
    for (let line = 0; line < 24; line += 2) {
      const [a, b] = [edges.indices[line]! * 3, edges.indices[line + 1]! * 3];
      const differing = [0, 1, 2].filter(k => edges.positions[a + k] !== edges.positions[b + k]);
      expect(differing).toHaveLength(1);
    }
    expect([
      ...pathLines(
        [
          [0, 0, 0],
          [1, 0, 0],
          [2, 0, 0],
        ],
        [1, 1, 1, 1],
        0,
      ).indices,
    ]).toEqual([0, 1, 1, 2]);
  });
});

describe('geometry of layers', () => {
  it('brings all nodes into the world’s frame in one geometry', () => {
    const world = worldOf(box('a', [10, 0, 0], [1, 1, 1]), box('b', [0, 5, 0], [2, 2, 2]));
    const { positions, indices, colors } = modelGeometry(world.nodes, node =>
      node.name === 'a' ? [1, 0, 0, 1] : null,
    );
    expect(positions).toHaveLength(16 * 3);
    expect(indices).toHaveLength(72);
    expect(positions[0]).toBeCloseTo(9.5, 6);
    expect(positions[8 * 3 + 1]).toBeCloseTo(4, 6);
    expect(Math.max(...indices)).toBe(15);
    expect([...colors.subarray(0, 4)]).toEqual([1, 0, 0, 1]);
    // Neither painted nor coloured: white.
    expect([...colors.subarray(32, 36)]).toEqual([1, 1, 1, 1]);
  });

  it('gives neighbours colours that differ', () => {
    for (let i = 0; i < 12; i++) {
      const [a, b] = [objectColor(i), objectColor(i + 1)];
      expect(Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])).toBeGreaterThan(0.2);
      for (const value of a) {
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(1);
      }
    }
  });

  it('builds an agent of its body’s size that points to where it looks', () => {
    const { positions, indices, normals } = agentGeometry({ heightMeters: 1.2, radiusMeters: 0.25 });
    const ys = positions.filter((_, i) => i % 3 === 1);
    expect(Math.min(...ys)).toBeCloseTo(0, 6);
    expect(Math.max(...ys)).toBeCloseTo(1.2, 6);
    const zs = positions.filter((_, i) => i % 3 === 2);
    expect(-Math.min(...zs)).toBeGreaterThan(Math.max(...zs) + 0.2);
    expect(normals).toHaveLength(positions.length);
    expect(Math.max(...indices)).toBeLessThan(positions.length / 3);
  });
});
