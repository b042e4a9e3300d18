import type { Page } from 'playwright-core';
import type { NewProduction, ProductionView } from '../../server/api/types.ts';

/**
 * The smallest films that the embedded provider's lift still takes, about ten seconds of work an iteration. With
 * this prompt and seed 3 something is found in the first take, so that there is a revision.
 */
export const QUICK_PROMPT = 'A hallway, the camera walks slowly forward at eye level';
export const QUICK_SIZE = { width: 192, height: 128, framesPerSecond: 12, agents: 4, testSeconds: 5 };
export const QUICK = { takes: 1, seconds: 1, seed: 3, quality: 'draft', ...QUICK_SIZE };

/**
 * The form asks for no picture size, and who brings a video is asked for its subject alone: their requests are made
 * small on their way to the server.
 */
export async function filmSmall(page: Page): Promise<void> {
  await page.route('**/api/productions', async (route, request) => {
    if (request.method() !== 'POST') return route.continue();
    await route.continue({ postData: { quality: 'draft', ...request.postDataJSON(), ...QUICK_SIZE } });
  });
}

/** Fills the form on the first page as a person does, and starts. */
export async function startByForm(
  page: Page,
  wish: { prompt?: string; takes: number; seed: number; autopilot?: number },
): Promise<void> {
  await filmSmall(page);
  await page.getByLabel('What to film').fill(wish.prompt ?? QUICK_PROMPT);
  await page.getByText('Options', { exact: true }).click();
  await page.getByLabel('Takes', { exact: true }).fill(String(wish.takes));
  await page.getByLabel('Seconds a take').fill('1');
  await page.getByLabel('Seed').fill(String(wish.seed));
  await page.getByLabel('Quality of the lift').selectOption('Draft');
  if (wish.autopilot) await page.getByLabel('Autopilot').fill(String(wish.autopilot));
  await page.getByRole('button', { name: 'Start filming' }).click();
  await page.waitForURL('**/productions/p_*');
}

/** By the API: a production that begins at once. */
export async function createQuick(url: string, change: Partial<NewProduction> = {}): Promise<string> {
  const response = await fetch(`${url}/api/productions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ prompt: QUICK_PROMPT, ...QUICK, ...change }),
  });
  if (!response.ok) throw new Error(await response.text());
  return ((await response.json()) as ProductionView).id;
}

export async function getProduction(url: string, id: string): Promise<ProductionView> {
  const response = await fetch(`${url}/api/productions/${id}`);
  return (await response.json()) as ProductionView;
}

/** Until nothing of it is queued or at work. */
export async function settled(url: string, id: string): Promise<ProductionView> {
  for (;;) {
    const production = await getProduction(url, id);
    if (production.state !== 'running') return production;
    await new Promise(done => setTimeout(done, 250));
  }
}
