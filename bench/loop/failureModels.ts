import { createRandom } from '../../engine/random.ts';
import { FAULT_TYPES, type FailureModel, type FaultType } from '../../scenes/faults/failureModel.ts';
import { PIN_NAMES, type PinName } from '../../scenes/grammar/pins.ts';

/** The phrase that a person would expect to prevent a fault. Models differ in whether it does. */
const EXPECTED: Record<FaultType, PinName> = {
  'static-camera': 'moving-camera',
  flicker: 'steady-light',
  pop: 'persistent-objects',
  morph: 'rigid-shapes',
  'floating-object': 'grounded',
  'floor-hole': 'solid-floor',
  blur: 'sharp',
  'mover-crossing': 'clear-view',
  interpenetration: 'separate',
};

/**
 * A video model that nobody knows: how often each fault happens, whether the expected phrase prevents it well, a
 * little or not at all, and which unexpected ones do, are drawn from the seed.
 * @param provoked whether phrases also bring faults about, as naming a thing to be avoided does with real models: then
 *   saying all there is to say is not the best prompt.
 */
export function drawFailureModel(seed: number, provoked = false): FailureModel {
  const faults: FailureModel['faults'] = {};
  for (const type of FAULT_TYPES) {
    const random = createRandom(`failure-model/${seed}/${type}`);
    const works = random.next();
    const factors: Partial<Record<PinName, number>> = {
      [EXPECTED[type]]: works < 0.6 ? random.range(0.03, 0.2) : works < 0.85 ? random.range(0.3, 0.7) : 1,
    };
    for (const pin of PIN_NAMES) if (random.chance(0.12)) factors[pin] ??= random.range(0.2, 0.9);
    if (provoked) {
      const brings = createRandom(`failure-model/${seed}/${type}/provoked`);
      const expected = EXPECTED[type];
      if (factors[expected] === 1) factors[expected] = brings.range(1.3, 2);
      for (const pin of PIN_NAMES) if (brings.chance(0.15)) factors[pin] ??= brings.range(1.3, 2);
    }
    faults[type] = { probability: random.range(0.3, 0.6), factors, severity: [0.4, 1] };
  }
  return {
    schema: 'sora-director/failure-model@1',
    name: `drawn ${seed}${provoked ? ', provoked' : ''}`,
    faults,
  };
}
