import { describe, expect, it } from 'vitest';
import { newProduction } from '../../../server/api/schemas.ts';
import { DEFAULT_OPTIONS, wishOf } from '../../../web/studio/home/options.ts';

describe('wishOf', () => {
  it('asks for what the server takes', () => {
    const wish = wishOf('  A hallway ', { ...DEFAULT_OPTIONS, seed: '7', autopilot: '3' });
    expect(newProduction.parse(wish)).toEqual({
      prompt: 'A hallway',
      takes: 3,
      seconds: 4,
      seed: 7,
      quality: 'standard',
      provider: 'procedural',
      through: 'revise',
      autopilot: 3,
    });
  });

  it('leaves empty fields to the server', () => {
    const wish = wishOf('A hallway', { ...DEFAULT_OPTIONS, takes: '', seconds: ' ', seed: '' });
    expect(wish).not.toHaveProperty('takes');
    expect(wish).not.toHaveProperty('seconds');
    expect(wish).not.toHaveProperty('seed');
  });

  it('stops after the scores, and has no autopilot, where the person picks', () => {
    const wish = wishOf('A hallway', { ...DEFAULT_OPTIONS, letMePick: true, autopilot: '5' });
    expect(wish.through).toBe('score');
    expect(wish).not.toHaveProperty('autopilot');
  });
});
