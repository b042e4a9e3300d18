import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { describeStudio } from './describeStudio.ts';
import { filmSmall, QUICK_PROMPT } from './quickProduction.ts';

await describeStudio('the keyboard alone', studio => {
  it('leads from the prompt to the revision and on, and everything on the way has a name', async () => {
    const page = await studio.open('/');
    await filmSmall(page);
    await tabTo(page, 'Skip to the content');
    await page.keyboard.press('Enter');
    await tabTo(page, 'What to film');
    await page.keyboard.type(QUICK_PROMPT);
    await tabTo(page, 'Options');
    await page.keyboard.press('Enter');
    for (const [field, value] of [
      ['Takes', '1'],
      ['Seconds a take', '1'],
      ['Seed', '2'],
    ] as const) {
      await tabTo(page, field);
      await page.keyboard.press('ControlOrMeta+a');
      await page.keyboard.type(value);
    }
    await tabTo(page, 'Quality of the lift');
    await page.keyboard.press('Home');
    expect(await page.getByLabel('Quality of the lift').inputValue()).toBe('draft');
    await everyControlHasAName(page);
    await tabTo(page, 'Start filming', 'back');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/productions/p_*');

    await page.getByText('Your turn.').waitFor();
    await everyControlHasAName(page);
    await tabTo(page, 'To the revision');
    await page.keyboard.press('Enter');
    await tabTo(page, /^Next prompt/);
    await page.keyboard.press('ControlOrMeta+End');
    await page.keyboard.type(', empty of people');
    await tabTo(page, /^Go again with my words/);
    await page.keyboard.press('Enter');
    await page.getByRole('tab', { name: 'Iteration 2.' }).waitFor();
    await page.getByText(/Filmed from.*, empty of people$/).waitFor();
    await tabTo(page, 'Stop');
    await page.keyboard.press('Enter');
    await page.getByText('What was finished is kept').waitFor();

    // The world of the first iteration: a canvas with a role, a name and instructions.
    await page.getByRole('tab', { name: 'Iteration 2.' }).press('ArrowLeft');
    await page.getByRole('link', { name: /^World/ }).press('Enter');
    await page.getByRole('application', { name: /^3D view of / }).waitFor();
    const told = await page.getByRole('application').evaluate(canvas => {
      const id = canvas.getAttribute('aria-describedby') ?? '';
      return document.getElementById(id)?.textContent ?? '';
    });
    expect(told).toMatch(/W, A, S and D .* walk; .*space\s+jumps/);
    await everyControlHasAName(page);
  });
});

/** Presses Tab until what has the focus is called so. */
async function tabTo(page: Page, name: string | RegExp, way: 'on' | 'back' = 'on'): Promise<void> {
  const met: string[] = [];
  const is = (words: string) => (typeof name === 'string' ? words === name : name.test(words));
  for (let presses = 0; presses < 120; presses++) {
    await page.keyboard.press(way === 'on' ? 'Tab' : 'Shift+Tab');
    const words = await page.evaluate<string>(NAME_OF_FOCUS);
    if (is(words)) return;
    met.push(words);
  }
  throw new Error(`Tab never came to ${name}, only to:\n${[...new Set(met)].join('\n')}`);
}

/** What a label, aria-label or its own words call the focused element. */
const NAME_OF_FOCUS = `(() => {
  const element = document.activeElement;
  const label = element.labels?.[0]?.textContent;
  return (element.getAttribute('aria-label') ?? label ?? element.textContent).trim().replace(/\\s+/g, ' ');
})()`;

/** By the browser's own accessibility tree: nothing that can be operated is without a name. */
async function everyControlHasAName(page: Page): Promise<void> {
  const roles = 'button|link|textbox|spinbutton|combobox|checkbox|slider|tab|progressbar|application|img';
  const nameless = (await page.locator('body').ariaSnapshot())
    .split('\n')
    .filter(line => new RegExp(`^\\s*- (?:${roles})(?: \\[[^\\]]*\\])*:?\\s*$`).test(line));
  expect(nameless).toEqual([]);
}
