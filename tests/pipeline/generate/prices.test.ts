import { describe, expect, it } from 'vitest';
import { dollarsPerSecond } from '../../../pipeline/generate/prices.ts';

describe('dollarsPerSecond', () => {
  const [small, large] = [
    { width: 1280, height: 720 },
    { width: 1024, height: 1792 },
  ];
  it('knows what is free and what OpenAI has published', () => {
    expect(dollarsPerSecond('procedural', 'any', small, undefined)).toBe(0);
    expect(dollarsPerSecond('openai', 'sora-2', small, undefined)).toBe(0.1);
    expect(dollarsPerSecond('openai', 'sora-2-pro', small, 'https://api.openai.com/v1')).toBe(0.3);
    expect(dollarsPerSecond('openai', 'sora-2-pro-2025-10-06', large, undefined)).toBe(0.5);
  });
  it('knows nothing of other servers and models', () => {
    expect(dollarsPerSecond('openai', 'sora-2', small, 'http://localhost:8000/v1')).toBeUndefined();
    expect(dollarsPerSecond('openai', 'wan-2', small, undefined)).toBeUndefined();
  });
});
