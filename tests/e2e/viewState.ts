import type { Page } from 'playwright-core';

/** How the 3D view says it is, on its canvas (web/viewer/status.ts). */
export interface ViewState {
  mode: string;
  /** Metres. */
  feet: [number, number, number];
  eye: [number, number, number];
  steps: number;
}

export async function viewState(page: Page): Promise<ViewState> {
  const data = await page
    .locator('canvas[role=application]')
    .evaluate(canvas => ({ ...(canvas as HTMLCanvasElement).dataset }));
  const numbers = (text: string | undefined) => (text ?? '').split(',').map(Number);
  const [fx, fy, fz] = numbers(data['feet']);
  const [ex, ey, ez] = numbers(data['eye']);
  return { mode: data['mode'] ?? '', feet: [fx, fy, fz], eye: [ex, ey, ez], steps: Number(data['steps']) };
}

/** Until the world can be walked in. */
export async function walkable(page: Page): Promise<void> {
  await page.waitForFunction(() => performance.getEntriesByName('world-walkable').length > 0);
}

/** Until a view's state is as wished; polls, because a slow machine draws few frames. */
export async function viewUntil(page: Page, is: (view: ViewState) => boolean): Promise<ViewState> {
  const deadline = Date.now() + 300_000;
  for (;;) {
    const view = await viewState(page);
    if (is(view)) return view;
    if (Date.now() > deadline) throw new Error(`the view is ${JSON.stringify(view)}`);
    await page.waitForTimeout(100);
  }
}
