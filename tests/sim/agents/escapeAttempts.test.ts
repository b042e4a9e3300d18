import { describe, expect, test } from 'vitest';
import { type Captive, judgeAttempt } from '../../../sim/agents/escapeAttempts.ts';
import type { Confinement } from '../../../sim/detectors/stuck.ts';

/** What judgeAttempt reads of an agent. */
function captive(x: number, bodyScale = 1): Captive {
  const origin: [number, number, number] = [x, 0, 0];
  return {
    offGroundSteps: 0,
    explorer: { feet: [x, 0, 0], persona: { bodyScale } },
    attempt: { origin, reach: 0.5, min: [...origin], max: [...origin], metSteps: 100 },
  } as unknown as Captive;
}

const failed = (metSteps: number) => ({ metSteps }) as Confinement;

describe('a failed attempt to get away', () => {
  test('counts where nobody was in the way', () => {
    const alone = captive(0);
    expect(judgeAttempt(alone, failed(0), [alone, captive(5)])).toEqual({ counts: true, out: [alone] });
  });

  test('says nothing where others were: one begins again alone', () => {
    const [first, second, third] = [captive(0), captive(0.8), captive(1.2)];
    const before = second.attempt;
    expect(judgeAttempt(first, failed(100), [first, second, third])).toEqual({
      counts: false,
      out: [first, third],
    });
    expect(second.attempt).not.toBe(before);
    expect(second.attempt?.metSteps).toBe(0);
    expect(second.explorer.needsEscape).toBe(true);
  });

  test('takes out who has only just come into the trap too', () => {
    const [first, second] = [captive(0), captive(0.8)];
    second.attempt = undefined;
    second.offGroundSteps = 6;
    expect(judgeAttempt(first, failed(100), [first, second])).toEqual({ counts: false, out: [first] });
    expect(second.attempt).toMatchObject({ metSteps: 0 });
  });

  test('leaves no larger body in there', () => {
    const [usual, large] = [captive(0), captive(0.8, 1.15)];
    usual.attempt = undefined;
    expect(judgeAttempt(usual, failed(100), [usual, large])).toEqual({ counts: false, out: [large] });
    expect(usual.attempt).toMatchObject({ metSteps: 0 });
  });

  test('of a larger body than the world is tested for never counts', () => {
    const large = captive(0, 1.15);
    expect(judgeAttempt(large, failed(0), [large])).toEqual({ counts: false, out: [large] });
  });
});
