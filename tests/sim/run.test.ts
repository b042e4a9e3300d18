import { describe, expect, test } from 'vitest';
import type { LoadedWorld } from '../../engine/world/loadWorld.ts';
import type { WorldNode } from '../../engine/world/worldModel.ts';
import type { WorldManifest } from '../../engine/world/worldSchema.ts';
import { runTest } from '../../sim/run.ts';
import type { TestRun, ViolationType } from '../../sim/types.ts';
import { box, furnishedRoom, hill, loaded, model, node, room, sheet, transformed } from './handMadeWorlds.ts';

const run = (nodes: WorldNode[], seed = 1): Promise<TestRun> =>
  runTest(loaded(model(...nodes)), { agents: 6, simulatedSeconds: 20, seed });

interface Planted {
  name: string;
  type: ViolationType;
  world: () => WorldNode[];
  /** The same world without the defect. */
  twin: () => WorldNode[];
  /** Middle of the defect, metres; absent where it is the whole world. */
  at?: [number, number, number];
  object?: string;
}

const overlapping = (x: number): WorldNode[] => [
  ...furnishedRoom(),
  node('left box', [box([-0.5, 0, -0.5], [0, 0.6, 0.1])]),
  node('right box', [box([x, 0, -0.4], [x + 0.5, 0.5, 0.2])]),
];
const ledge = (x: number): WorldNode[] => [
  ...furnishedRoom(),
  node('plinth', [box([-0.5, 0, -0.5], [0.5, 0.5, 0.5])]),
  node('tall box', [box([x - 0.2, 0.5, -0.2], [x + 0.2, 1.7, 0.2])]),
];
/** A floor with a pit of 1 × 1 m that is too deep to jump out of. */
const pit = (depth: number): WorldNode[] => [
  ...room({ width: 6, depth: 6, hole: { x: 1, z: 1, side: 1 } }),
  node('pit', [
    sheet(0.5, 0.5, 1.5, 1.5, -depth),
    box([0.3, -depth, 0.3], [0.5, -0.001, 1.7]),
    box([1.5, -depth, 0.3], [1.7, -0.001, 1.7]),
    box([0.5, -depth, 0.3], [1.5, -0.001, 0.5]),
    box([0.5, -depth, 1.5], [1.5, -0.001, 1.7]),
  ]),
];
const twoRooms = (door: boolean, half = 0.6, name = 'partition'): WorldNode[] => [
  ...room({ width: 10, depth: 5 }),
  node(name, [
    box([1, 0, -2.5], [1.2, 2.8, door ? -half : 0]),
    box([1, 0, door ? half : 0], [1.2, 2.8, 2.5]),
  ]),
];
/** The floor in three strips, of which the middle one may face down. */
const stripedRoom = (flipped: boolean): WorldNode[] => {
  const nodes = room({ width: 10, depth: 5 });
  const middle = sheet(-1, -2.5, 1, 2.5);
  if (flipped) middle.indices.reverse();
  nodes[0].parts = [sheet(-5, -2.5, -1, 2.5), middle, sheet(1, -2.5, 5, 2.5)];
  return nodes;
};
/** A door under a beam, and a bench before it that leaves room to pass for who is thin. */
const underBeam = (low: number, benchAt: number): WorldNode[] => [
  ...twoRooms(true),
  node('beam', [box([1, low, -0.7], [1.2, 2.4, 0.7])]),
  node('bench', [box([benchAt, 0, -0.8], [benchAt + 0.5, 0.56, 0.8])]),
];
const QUARTER = Math.SQRT1_2;
const slanting = (nodes: WorldNode[]): WorldNode[] =>
  transformed(nodes, [
    [QUARTER, 0, QUARTER],
    [0, 1, 0],
    [-QUARTER, 0, QUARTER],
  ]);
const narrowDoor = (low: number): WorldNode[] =>
  slanting([...twoRooms(true, 0.43, 'inner wall'), node('beam', [box([1, low, -0.6], [1.2, 2.4, 0.6])])]);
/** A hole across a hall, and a row of cupboards beside it that leaves a slot of 0.5 m to the wall. */
const sidePassage = (hole: boolean): WorldNode[] => [
  ...room({ width: 12, depth: 10, ...(hole && { hole: { x: 0, z: -2.4, side: 5 } }) }),
  node('cupboards', [box([-0.5, 0, 0.3], [0.5, 2, 4.5])]),
];
/** Two platforms on one level, nothing between them. */
const platforms = (hole: boolean): WorldNode[] => [
  node('west', [sheet(-9, -4, -1, 4)]),
  node(
    'east',
    hole
      ? [sheet(1, -3, 3, 3), sheet(4.5, -3, 7, 3), sheet(3, -3, 4.5, -1), sheet(3, 0.5, 4.5, 3)]
      : [sheet(1, -3, 7, 3)],
  ),
];
const flippedSheets = (nodes: WorldNode[]): WorldNode[] =>
  nodes.map(each =>
    each.name.startsWith('tile')
      ? { ...each, parts: each.parts.map(part => ({ ...part, indices: part.indices.slice().reverse() })) }
      : each,
  );
/** A floor of four sheets in two nodes, with tiles in the middle. */
const tiled = (): WorldNode[] => [
  ...room({ width: 6, depth: 6, hole: { x: 0, z: 0, side: 2 } }),
  node('tile 1', [sheet(-1, -1, 0, 1)]),
  node('tile 2', [sheet(0, -1, 1, 1)]),
];
const stage = (): WorldNode[] => [
  ...room({ width: 6, depth: 6 }),
  node('stage', [box([-1.5, 0, -3], [1.5, 1, 0])]),
];
const plain = (): WorldNode[] => furnishedRoom();
/** Several defects share a twin: it is run once. */
const twinRuns = new Map<() => WorldNode[], Promise<TestRun>>();
const runTwin = (twin: () => WorldNode[]): Promise<TestRun> => {
  const running = twinRuns.get(twin) ?? run(twin());
  twinRuns.set(twin, running);
  return running;
};

const PLANTED: Planted[] = [
  {
    name: 'a hole in the floor',
    type: 'fall-through',
    world: () => room({ width: 6, depth: 6, hole: { x: 1, z: -1, side: 1.2 } }),
    twin: () => room({ width: 6, depth: 6 }),
    at: [1, 0, -1],
  },
  {
    name: 'a hole in a floor without walls',
    type: 'fall-through',
    world: () => room({ width: 8, depth: 8, height: 0.01, hole: { x: -1, z: 1, side: 1.5 } }),
    twin: () => room({ width: 8, depth: 8, height: 0.01 }),
    at: [-1, 0, 1],
  },
  {
    name: 'a missing wall',
    type: 'leak',
    world: () => room({ width: 5, depth: 5, withoutWall: true }),
    twin: () => room({ width: 5, depth: 5 }),
  },
  { name: 'a pit', type: 'stuck', world: () => pit(1.5), twin: () => pit(0.2), at: [1, -1.5, 1] },
  {
    name: 'a room without a door',
    type: 'unreachable',
    world: () => twoRooms(false),
    twin: () => twoRooms(true),
    at: [3.1, 0, 0],
  },
  {
    name: 'a door with a crate in it',
    type: 'blocked-passage',
    world: () => [...twoRooms(true), node('crate', [box([0.7, 0, -0.5], [1.5, 1, 0.4])])],
    twin: () => [...twoRooms(true), node('crate', [box([3.5, 0, -0.5], [4.3, 1, 0.4])])],
    at: [1.1, 0.85, 0],
  },
  {
    name: 'a door that is too narrow',
    type: 'blocked-passage',
    world: () => twoRooms(true, 0.2),
    twin: () => twoRooms(true),
    at: [1.1, 0.85, 0],
  },
  {
    name: 'a door under a beam at 0.6 m',
    type: 'blocked-passage',
    world: () => underBeam(0.606, 3),
    twin: () => underBeam(2, 3),
    at: [1.1, 0.85, 0],
  },
  {
    name: 'a door under a beam with a bench before it',
    type: 'blocked-passage',
    world: () => underBeam(1.2, 1.65),
    twin: () => underBeam(2, 3),
    at: [1.3, 0.85, 0.3],
  },
  {
    name: 'a door under a beam in a slanting wall',
    type: 'blocked-passage',
    world: () => narrowDoor(0.9),
    twin: () => narrowDoor(2.2),
    at: [0.78, 0.85, -0.78],
  },
  {
    name: 'a hole across a hall with a slot beside it',
    type: 'fall-through',
    world: () => sidePassage(true),
    twin: () => sidePassage(false),
    at: [0, 0, -2.4],
  },
  {
    name: 'a hole in the smaller of two platforms',
    type: 'fall-through',
    world: () => platforms(true),
    twin: () => platforms(false),
    at: [3.75, 0, -0.25],
  },
  {
    name: 'two tiles that face down',
    type: 'bad-geometry',
    world: () => flippedSheets(tiled()),
    twin: tiled,
    at: [0, 0, 0],
  },
  {
    name: 'a floor that is there twice, under a stage too',
    type: 'bad-geometry',
    world: () => [...stage(), node('copy', [sheet(-3, -3, 3, 3)])],
    twin: stage,
    at: [0, 0, 0],
  },
  {
    name: 'a box in the air',
    type: 'floating',
    world: () => [...plain(), node('box', [box([0, 0.2, 0], [0.5, 0.7, 0.5])])],
    twin: () => [...plain(), node('box', [box([0, 0, 0], [0.5, 0.5, 0.5])])],
    at: [0.25, 0.45, 0.25],
    object: 'box',
  },
  {
    name: 'two boxes in each other',
    type: 'interpenetration',
    world: () => overlapping(-0.1),
    twin: () => overlapping(0.01),
    at: [-0.05, 0.25, -0.15],
  },
  {
    name: 'a tall box over an edge',
    type: 'unstable',
    world: () => ledge(0.6),
    twin: () => ledge(0.2),
    at: [0.6, 1.1, 0],
    object: 'tall box',
  },
  {
    name: 'Z up',
    type: 'bad-up',
    world: () =>
      transformed(plain(), [
        [1, 0, 0],
        [0, 0, -1],
        [0, 1, 0],
      ]),
    twin: plain,
  },
  {
    name: 'a hundred times too large',
    type: 'bad-scale',
    world: () =>
      transformed(plain(), [
        [100, 0, 0],
        [0, 100, 0],
        [0, 0, 100],
      ]),
    twin: plain,
  },
  {
    name: 'a hundred times too small',
    type: 'bad-scale',
    world: () =>
      transformed(plain(), [
        [0.01, 0, 0],
        [0, 0.01, 0],
        [0, 0, 0.01],
      ]),
    twin: plain,
  },
  {
    name: 'a floor that faces down',
    type: 'bad-geometry',
    world: () => {
      const nodes = plain();
      nodes[0].parts = nodes[0].parts.map(part => ({ ...part, indices: part.indices.slice().reverse() }));
      return nodes;
    },
    twin: plain,
    at: [0, 0, 0],
    object: 'floor',
  },
  {
    name: 'a strip of floor that faces down and parts a room in two',
    type: 'bad-geometry',
    world: () => stripedRoom(true),
    twin: () => stripedRoom(false),
    at: [0, 0, 0],
    object: 'floor',
  },
];

describe.each(PLANTED)('$name', ({ type, world, twin, at, object }) => {
  test(`is found as ${type}, once and in its place`, async () => {
    const found = (await run(world())).violations.filter(violation => violation.severity !== 'info');

    expect(found.map(violation => violation.type)).toEqual([type]);
    const [violation] = found;
    if (at)
      expect(Math.hypot(...violation.position.map((value, axis) => value - at[axis]))).toBeLessThan(0.5);
    if (object) expect(violation.object).toBe(object);
  });

  test('is not found in the sound twin', async () => {
    const { violations } = await runTwin(twin);
    expect(violations.filter(violation => violation.severity !== 'info')).toEqual([]);
  });
});

test('a lamp on a ceiling and a picture on a wall are held', async () => {
  const nodes = [
    ...furnishedRoom(),
    node('ceiling', [box([-3.7, 2.8, -3.2], [3.7, 3, 3.2])]),
    node('lamp', [box([-0.05, 2, -0.05], [0.05, 2.8, 0.05]), box([-0.3, 1.9, -0.3], [0.3, 2, 0.3])]),
    node('picture', [box([-1, 1.4, -2.98], [0, 2, -2.95])]),
  ];
  expect((await run(nodes)).violations).toEqual([]);
});

test('a doll’s house is walked by a smaller body, and the run says so', async () => {
  const { violations, coverage } = await run(room({ width: 1.6, depth: 1.6 }));
  expect(violations.map(({ type, severity }) => `${type} ${severity}`)).toEqual(['bad-scale info']);
  expect(coverage.ratio).toBeGreaterThan(0.9);
});

test('the ground of an open world may end', async () => {
  const { violations, coverage } = await run([node('meadow', [sheet(-6, -6, 6, 6)])]);
  expect(violations.map(({ type, severity }) => `${type} ${severity}`)).toEqual(['leak info']);
  expect(coverage.ratio).toBeGreaterThan(0.9);
});

/** A hall that drops off by 2.2 m into a lower one, from which no way leads back. */
const sunkenHall = (hole: boolean): WorldNode[] => {
  const low = -2.2;
  const floor = hole
    ? [
        sheet(0, -4, 4.5, 4, low),
        sheet(5.9, -4, 8, 4, low),
        sheet(4.5, -4, 5.9, -0.7, low),
        sheet(4.5, 0.7, 5.9, 4, low),
      ]
    : [sheet(0, -4, 8, 4, low)];
  return [
    node('upper floor', [sheet(-12, -6, 0, 6)]),
    node('lower floor', floor),
    node('walls', [
      box([-12.2, -0.1, -6.2], [-12, 3, 6.2]),
      box([-12, -0.1, -6.2], [0, 3, -6]),
      box([-12, -0.1, 6], [0, 3, 6.2]),
      box([-0.2, -0.1, -6], [0, 3, -4]),
      box([-0.2, -0.1, 4], [0, 3, 6]),
      box([-0.2, low - 0.1, -4], [0, -0.001, 4]),
      box([0, low - 0.1, -4.2], [8.2, 3, -4]),
      box([0, low - 0.1, 4], [8.2, 3, 4.2]),
      box([8, low - 0.1, -4], [8.2, 3, 4]),
    ]),
  ];
};

test('ground that bodies drop onto is explored and inspected too', async () => {
  const test = (hole: boolean) =>
    runTest(loaded(model(...sunkenHall(hole))), { agents: 8, simulatedSeconds: 60, seed: 1 });
  const { violations } = await test(true);
  expect(violations.map(({ type, severity }) => `${severity} ${type}`)).toEqual(['error fall-through']);
  const [x, , z] = violations[0].position;
  expect(Math.hypot(x - 5.2, z)).toBeLessThan(0.5);
  expect((await test(false)).violations).toEqual([]);
});

test('a hill is ground like any other', async () => {
  const { violations, coverage } = await run([node('ground', [hill(16, 2.5, 6)])]);
  expect(violations.filter(({ type }) => type !== 'leak')).toEqual([]);
  expect(violations.every(({ severity }) => severity === 'info')).toBe(true);
  expect(coverage.ratio).toBeGreaterThan(0.6);
});

test('the same seed gives the same run, another seed another', async () => {
  const first = await run(furnishedRoom(), 7);
  const again = await run(furnishedRoom(), 7);
  const other = await run(furnishedRoom(), 8);
  expect(again.stateHash).toBe(first.stateHash);
  expect(other.stateHash).not.toBe(first.stateHash);
  expect(first.coverage.ratio).toBeGreaterThan(0.95);
  expect(first.agentSteps).toBeGreaterThan(0);
});

test('cancelling stops a run', async () => {
  const cancel = new AbortController();
  const running = runTest(loaded(model(...room({ width: 40, depth: 40 }))), {
    simulatedSeconds: 3600,
    signal: cancel.signal,
    onProgress: ({ stage }) => {
      if (stage === 'explore') cancel.abort();
    },
  });
  await expect(running).rejects.toMatchObject({ code: 'CANCELLED' });
});

test('a collider that cannot be made solid fails a run where agents would go in, and no other', async () => {
  // Beyond 100 km, which physics refuses: from nothing that one walks on.
  const speck = (meters: number) => node('speck', [box([meters, 5, 0], [meters + 0.1, 5.1, 0.1])]);
  const small = model(...furnishedRoom());
  const broken = model(...furnishedRoom(), speck(150_000));
  // The scale of what is seen is sound, so that agents go in.
  const entered = runTest({ ...loaded(small), collider: broken }, { agents: 1, simulatedSeconds: 1 });
  await expect(entered).rejects.toMatchObject({ code: 'WORLD_TOO_LARGE' });
  // Nothing of a known size vouches for this one.
  const told = await run([...room({ width: 6, depth: 6 }), speck(150_000)]);
  expect(told.violations.map(({ type }) => type)).toEqual(['bad-scale']);
});

test('takes an unseen rim for a note, and for nothing where a lifted world says that it ends there', async () => {
  const floor = node('floor', [sheet(-3, -3, 3, 3, 0)]);
  const rim = node('edge', [
    box([-3.2, 0, -3.2], [-3, 1.2, 3.2]),
    box([3, 0, -3.2], [3.2, 1.2, 3.2]),
    box([-3, 0, -3.2], [3, 1.2, -3]),
    box([-3, 0, 3], [3, 1.2, 3.2]),
  ]);
  const world = { ...loaded(model(floor)), collider: model(floor, rim) };
  const manifest: WorldManifest = {
    schema: 'sora-director/world@1',
    units: 'm',
    up: '+Y',
    source: {},
    scale: { source: 'camera-height', factor: 1, confidence: 1 },
    cameras: [],
    spawns: [],
    objects: [],
    inferred: [{ node: 'edge', primitive: 0, what: 'boundary of the known world' }],
  };
  const notes = async (of: LoadedWorld) =>
    (await runTest(of, { agents: 4, simulatedSeconds: 10, seed: 1 })).violations.filter(
      ({ type }) => type === 'invisible-wall',
    );
  const undeclared = await notes(world);
  expect(undeclared.length).toBeGreaterThan(0);
  expect(undeclared.every(({ severity }) => severity === 'info')).toBe(true);
  expect(await notes({ ...world, manifest })).toEqual([]);
});
