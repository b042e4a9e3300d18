import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { RunView } from '../../server/api/types.ts';
import { TRACE_FRAME_STEPS } from '../../sim/browser/trace.ts';

/** Simulation steps a second; one frame of a trace has three. */
export const STEPS_PER_SECOND = 60;
export const FRAME_STEPS = TRACE_FRAME_STEPS;

/** The step that a spectator sees; −1 before there is one. */
export function shownStep(page: Page): Promise<number> {
  return page.getByTestId('watch-clock').evaluate(clock => Number(clock.dataset['step'] ?? -1));
}

export async function stepUntil(page: Page, is: (step: number) => boolean): Promise<void> {
  await expect.poll(async () => is(await shownStep(page)), { timeout: 300_000, interval: 50 }).toBe(true);
}

/** The run of a watch page, as the API gives it. */
export async function runOf(page: Page): Promise<RunView> {
  const { origin, pathname } = new URL(page.url());
  const response = await fetch(`${origin}/api/runs/${pathname.split('/').at(-1)}`);
  return (await response.json()) as RunView;
}
