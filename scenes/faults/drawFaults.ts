import { createRandom } from '../../engine/random.ts';
import type { PinName } from '../grammar/pins.ts';
import type { ScenePlan } from '../grammar/plan.ts';
import { FAULT_TYPES, type FailureModel, type FaultType } from './failureModel.ts';

/** The probability of a fault for a prompt with these pins, 0–1. */
export function faultProbability(model: FailureModel, type: FaultType, pins: readonly PinName[]): number {
  const odds = model.faults[type];
  if (!odds) return 0;
  return Math.min(
    1,
    pins.reduce((probability, pin) => probability * (odds.factors[pin] ?? 1), odds.probability),
  );
}

/** Which faults a take has. Each type has its own stream: better odds for one never change the luck of another. */
export function drawFaults(
  model: FailureModel,
  plan: ScenePlan,
  seed: number,
): { type: FaultType; severity: number }[] {
  return FAULT_TYPES.flatMap(type => {
    const random = createRandom(`${seed}/fault/${type}`);
    const happens = random.next() < faultProbability(model, type, plan.pins);
    const [least, most] = model.faults[type]?.severity ?? [0, 0];
    return happens ? [{ type, severity: random.range(least, most) }] : [];
  });
}
