import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildScene } from '../../scenes/buildScene.ts';
import { drawFaults, faultProbability } from '../../scenes/faults/drawFaults.ts';
import { FAULT_TYPES, type FaultType, loadFailureModel } from '../../scenes/faults/failureModel.ts';
import { plantFaults } from '../../scenes/faults/plantFaults.ts';
import { planScene } from '../../scenes/grammar/planScene.ts';

const OPEN = 'A robot walks down a hallway';
const PINNED =
  'A robot walks down a hallway with tiled floor in even steady light. The camera walks steadily forward behind it in sharp focus, one continuous shot. Solid continuous floor. Everything else stays still and nothing appears or disappears. Objects keep rigid shapes. Every object stands on the floor. Objects do not overlap. No people cross the view.';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'failure-model-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('the odds', () => {
  test('an open prompt gets about one and a half faults, a pinned one about a tenth', async () => {
    const model = await loadFailureModel();
    const mean = (prompt: string) => {
      let count = 0;
      const takes = 2000;
      const plan = planScene(prompt, 1);
      for (let seed = 0; seed < takes; seed++) count += drawFaults(model, plan, seed).length;
      return count / takes;
    };
    expect(mean(OPEN)).toBeGreaterThan(1.2);
    expect(mean(OPEN)).toBeLessThan(1.8);
    expect(mean(PINNED)).toBeLessThan(0.15);
    expect(mean(PINNED)).toBeGreaterThan(0);
  });

  test('each pin lowers its own fault and leaves the luck of the others alone', async () => {
    const model = await loadFailureModel();
    const open = planScene(OPEN, 1);
    const pinned = planScene(`${OPEN}, solid continuous floor`, 1);
    expect(faultProbability(model, 'floor-hole', pinned.pins)).toBeLessThan(
      0.1 * faultProbability(model, 'floor-hole', open.pins),
    );
    for (let seed = 0; seed < 200; seed++) {
      const others = (plan: typeof open) =>
        drawFaults(model, plan, seed).filter(
          ({ type }) => type !== 'floor-hole' && type !== 'floating-object',
        );
      expect(others(pinned)).toEqual(others(open));
    }
  });

  test('fault-free.json plants nothing', async () => {
    const model = await loadFailureModel(
      new URL('../../scenes/failure-models/fault-free.json', import.meta.url).pathname,
    );
    for (let seed = 0; seed < 300; seed++) expect(drawFaults(model, planScene(OPEN, seed), seed)).toEqual([]);
  });
});

describe('a bad failure model is refused with the key that is wrong', () => {
  const good = { schema: 'sora-director/failure-model@1', name: 'x', faults: { pop: { probability: 0.5 } } };
  test.each([
    ['faults.pop.probability', { ...good, faults: { pop: { probability: 1.5 } } }],
    ['faults.pop.probability', { ...good, faults: { pop: {} } }],
    ['faults.pop.odds', { ...good, faults: { pop: { probability: 1, odds: 1 } } }],
    ['faults.earthquake', { ...good, faults: { earthquake: { probability: 1 } } }],
    [
      'faults.pop.factors.nonsense',
      { ...good, faults: { pop: { probability: 1, factors: { nonsense: 1 } } } },
    ],
    ['faults.pop.severity', { ...good, faults: { pop: { probability: 1, severity: [0.9, 0.1] } } }],
    ['schema', { ...good, schema: 'other@1' }],
    ['extra', { ...good, extra: 1 }],
  ])('%s', async (key, json) => {
    const path = join(folder, 'model.json');
    await writeFile(path, JSON.stringify(json));
    await expect(loadFailureModel(path)).rejects.toMatchObject({
      code: 'FAILURE_MODEL_INVALID',
      details: { key },
    });
  });

  test('what is not JSON, and what is not there', async () => {
    const path = join(folder, 'broken.json');
    await writeFile(path, '{"schema":');
    await expect(loadFailureModel(path)).rejects.toMatchObject({ code: 'FAILURE_MODEL_INVALID' });
    await expect(loadFailureModel(join(folder, 'none.json'))).rejects.toMatchObject({
      code: 'INPUT_NOT_FOUND',
    });
  });

  test('the documentation names every fault and every pin of the default model', async () => {
    const text = await readFile(new URL('../../docs/failure-model.md', import.meta.url), 'utf8');
    const model = await loadFailureModel();
    for (const type of FAULT_TYPES) {
      expect(text).toContain(`\`${type}\``);
      for (const pin of Object.keys(model.faults[type]?.factors ?? {})) expect(text).toContain(`\`${pin}\``);
    }
  });
});

describe('planting', () => {
  const SEED = 2;
  const build = () =>
    buildScene(planScene('a living room', SEED), { seed: SEED, seconds: 4, width: 160, height: 90 });
  const untouched = build();
  const plant = (type: FaultType, severity = 0.8) => {
    const built = build();
    const effects = plantFaults(built, [{ type, severity }], SEED);
    expect(effects.skipped).toEqual([]);
    expect(effects.faults).toHaveLength(1);
    return { built, effects, fault: effects.faults[0] };
  };
  const height = (scene: ReturnType<typeof plant>['built'], name: string | undefined) =>
    scene.world.nodes.find(node => node.name === name)?.worldFromNode[13] ?? Number.NaN;

  test('floating-object lifts the named node by the height it says', () => {
    const { built, fault } = plant('floating-object');
    expect(height(built, fault.node) - height(untouched, fault.node)).toBeCloseTo(
      Number(fault.parameters['heightMeters']),
      6,
    );
  });

  test('floor-hole takes its rectangle out of the floor', () => {
    const { built, fault } = plant('floor-hole');
    const area = (scene: typeof built) => {
      const { positions: p, indices } = scene.world.nodes[scene.floorNode].parts[0];
      let sum = 0;
      for (let t = 0; t < indices.length; t += 3) {
        const [a, b, c] = [indices[t] * 3, indices[t + 1] * 3, indices[t + 2] * 3];
        sum += ((p[b + 2] - p[a + 2]) * (p[c] - p[a]) - (p[b] - p[a]) * (p[c + 2] - p[a + 2])) / 2;
      }
      return sum;
    };
    const { widthMeters, depthMeters } = fault.parameters;
    expect(area(untouched) - area(built)).toBeCloseTo(Number(widthMeters) * Number(depthMeters), 3);
    expect(Math.min(Number(widthMeters), Number(depthMeters))).toBeGreaterThan(0.71);
  });

  test('pop hides the named node in its interval and nowhere else', () => {
    const { built, effects, fault } = plant('pop');
    const visible = (time: number) =>
      effects.nodesAt(time).find(({ node }) => built.world.nodes[node].name === fault.node)?.visible;
    expect(visible((fault.from + fault.to) / 2)).toBe(false);
    expect(fault.to - fault.from).toBeGreaterThan(0.5);
    expect([visible(fault.from - 0.01), visible(fault.to)].includes(true)).toBe(true);
  });

  test('interpenetration moves the named node into the other', () => {
    const { built, fault } = plant('interpenetration');
    const find = (name: unknown) =>
      [...built.things].find(([node]) => built.world.nodes[node].name === name)?.[1].footprint;
    const [a, b] = [find(fault.node), find(fault.parameters['otherNode'])];
    expect(a && b && Math.min(a.maxZ, b.maxZ) - Math.max(a.minZ, b.minZ)).toBeCloseTo(
      Number(fault.parameters['overlapMeters']),
      6,
    );
    expect(a && b && Math.min(a.maxX, b.maxX) - Math.max(a.minX, b.minX)).toBeGreaterThan(0);
  });

  test('static-camera, flicker and blur act on time, exposure and sharpness', () => {
    expect(plant('static-camera', 1).effects.cameraTime(3)).toBe(0);
    const { effects, fault } = plant('flicker');
    const exposures = Array.from({ length: 48 }, (_, i) => effects.exposure(fault.from + i / 24));
    expect(Math.max(...exposures) / Math.min(...exposures)).toBeGreaterThan(1.2);
    const blur = plant('blur');
    expect(blur.effects.blurWidthShare(blur.fault.from + 0.1)).toBeGreaterThan(0.004);
    expect(blur.effects.blurWidthShare(blur.fault.to + 0.1)).toBe(0);
  });

  test('mover-crossing adds a person that passes before the camera and is not in the world at time 0', () => {
    const { built, effects, fault } = plant('mover-crossing');
    const states = effects.nodesAt((fault.from + fault.to) / 2);
    expect(states.length).toBeGreaterThan(5);
    expect(states.every(({ node, visible }) => visible && effects.absentNodes.has(node))).toBe(true);
    expect(built.world.nodes.filter(node => node.name.startsWith('crossing-person')).length).toBe(
      states.length,
    );
  });

  test('morph changes the named node’s size over time', () => {
    const { effects } = plant('morph');
    const heights = Array.from({ length: 20 }, (_, i) => effects.nodesAt(i / 5)[0].worldFromNode[5]);
    expect(Math.max(...heights) - Math.min(...heights)).toBeGreaterThan(0.2);
  });
});
