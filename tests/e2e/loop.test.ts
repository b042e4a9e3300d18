import { expect, it } from 'vitest';
import { describeStudio } from './describeStudio.ts';
import { startByForm } from './quickProduction.ts';
import { viewUntil, walkable } from './viewState.ts';

await describeStudio('the loop', studio => {
  it('goes from a prompt to its second iteration, as a person does it', async () => {
    const page = await studio.open('/');
    const stage = (name: string) => page.getByRole('region', { name, exact: true });
    await studio.pictures(page, 'home-empty', 'page');
    await startByForm(page, { takes: 1, seed: 3 });

    const takes = stage('Takes');
    await takes.getByText('rank 1', { exact: true }).waitFor();
    expect(await takes.locator('video').count()).toBe(1);
    expect(await takes.getByTitle('Overall score, 0 to 1').textContent()).toMatch(/^[01]\.\d\d$/);
    const lift = stage('Lift');
    await lift.locator('[aria-current=step]').waitFor();
    await studio.pictures(page, 'lift-live', 'page');
    await lift.getByText('Frames placed', { exact: true }).waitFor();

    const revision = stage('Revision');
    const accept = revision.getByRole('button', { name: 'Accept and go again' });
    await page.getByText('Your turn.').waitFor();
    await page.getByRole('link', { name: 'To the revision' }).click();
    const added = await revision.locator('.prompt-diff ins').allTextContents();
    expect(added.join(' ')).not.toBe('');
    const proposed = await revision.getByLabel('Next prompt').inputValue();
    for (const words of added) expect(proposed).toContain(words.trim());
    expect(await revision.locator('.edit-reasons li').count()).toBeGreaterThan(0);

    await page.getByRole('link', { name: /^World/ }).click();
    await walkable(page);
    await viewUntil(page, view => view.mode === 'walk' && view.steps > 0);
    await studio.pictures(page, 'production', 'page');

    await accept.click();
    await page.getByRole('tab', { name: 'Iteration 2.' }).waitFor();
    expect(await takes.locator('.iteration-prompt').textContent()).toContain(proposed);
    // Whatever is found in it this time.
    await page.locator('.production-head .state', { hasText: /your turn|done/ }).waitFor();
    await stage('World').getByText('can be walked').waitFor();
    expect(await page.getByRole('tab').count()).toBe(2);
    // The first is kept as it was.
    await page.getByRole('tab', { name: 'Iteration 2.' }).press('ArrowLeft');
    await page.waitForURL(/[?]iteration=1/);
    await revision.getByText('Iteration 2 was filmed from this.').waitFor();
    await page.getByRole('link', { name: 'Sora Director' }).click();
    await page.getByText('2 iterations').waitFor();
    await studio.pictures(page, 'home', 'page');
  });
});
