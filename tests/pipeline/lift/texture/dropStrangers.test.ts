import { expect, test } from 'vitest';
import { dropStrangers } from '../../../../pipeline/lift/texture/dropStrangers.ts';

const VIEWS = 4;
const BROWN = [110, 76, 46] as const;
const DARK_BROWN = [84, 60, 36] as const;
const TROUSERS = [70, 74, 80] as const;

interface Slot {
  color: readonly [number, number, number];
  isDoubtful?: boolean;
}

/** Which views of each vertex are left. */
function left(vertices: readonly { sheet: number; slots: readonly Slot[] }[]): number[][] {
  const slots = vertices.flatMap(vertex => vertex.slots);
  const cost = new Float32Array(slots.length).fill(1);
  const color = Uint8Array.from(slots.flatMap(slot => [...slot.color]));
  const doubts = Uint8Array.from(slots, slot => (slot.isDoubtful ? 1 : 0));
  dropStrangers(
    cost,
    color,
    doubts,
    Uint16Array.from(vertices, ({ sheet }) => sheet),
    VIEWS,
  );
  return vertices.map((_, v) =>
    Array.from({ length: VIEWS }, (__, l) => l).filter(l => cost[v * VIEWS + l] < Infinity),
  );
}

const floor = (sheet: number, count: number) =>
  Array.from({ length: count }, (_, i) => ({
    sheet,
    slots: Array.from({ length: VIEWS }, (): Slot => ({ color: i % 3 === 0 ? DARK_BROWN : BROWN })),
  }));

/** Three of four views show the legs of somebody who walks ahead. */
const crossed = (sheet: number) => ({
  sheet,
  slots: [
    { color: TROUSERS, isDoubtful: true },
    { color: TROUSERS, isDoubtful: true },
    { color: TROUSERS, isDoubtful: true },
    { color: DARK_BROWN, isDoubtful: true },
  ],
});

test('drops what a floor shows nowhere without doubt, though most views agree on it', () => {
  expect(left([...floor(1, 90), crossed(1)]).at(-1)).toEqual([3]);
});

test('leaves alone what no view is in doubt of, things, and sheets of which too little is certain', () => {
  const certain = { sheet: 1, slots: crossed(1).slots.map(slot => ({ color: slot.color })) };
  expect(left([...floor(1, 90), certain]).at(-1)).toEqual([0, 1, 2, 3]);
  expect(left([...floor(1, 90), crossed(0)]).at(-1)).toEqual([0, 1, 2, 3]);
  expect(left([...floor(1, 90), ...floor(2, 10), crossed(2)]).at(-1)).toEqual([0, 1, 2, 3]);
});

test('holds each sheet against its own colours', () => {
  const carpet = Array.from({ length: 90 }, () => ({
    sheet: 2,
    slots: Array.from({ length: VIEWS }, (): Slot => ({ color: TROUSERS })),
  }));
  const [onFloor, onCarpet] = left([...floor(1, 90), ...carpet, crossed(1), crossed(2)]).slice(-2);
  expect(onFloor).toEqual([3]);
  expect(onCarpet).toEqual([0, 1, 2]);
});
