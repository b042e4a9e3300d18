import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import validator from 'gltf-validator';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { chooseFile, dropFile } from './bringFile.ts';
import { describeStudio } from './describeStudio.ts';
import { createQuick, filmSmall, settled } from './quickProduction.ts';
import { readZip } from './readZip.ts';

await describeStudio('files that come and go', studio => {
  it('takes a video that is dropped on the page, lifts it, and gives everything away again', async () => {
    const made = await settled(studio.server.url, await createQuick(studio.server.url, { through: 'score' }));
    const film = await fetch(studio.server.url + made.iterations[0].takes?.[0].video.url);
    const buffer = Buffer.from(await film.arrayBuffer());
    const page = await studio.open('/');
    await filmSmall(page);
    await dropFile(page, { name: 'walk-through_a_hallway.mp4', mimeType: 'video/mp4', buffer });
    const dialog = page.getByRole('dialog', { name: 'Start from your video' });
    expect(await dialog.getByLabel('What does it show?').inputValue()).toBe('walk through a hallway');
    await dialog.getByText('received').waitFor();
    await studio.pictures(page, 'upload');
    await dialog.getByRole('button', { name: 'Make it a world' }).click();
    await page.waitForURL('**/productions/p_*');
    await page.getByText('from your video').waitFor();
    await page.getByText('Your turn.').waitFor();

    await page.getByText('Exports', { exact: true }).click();
    const zip = readZip(await download(page, 'Whole production'));
    const manifest = [...zip.keys()].find(name => name.endsWith('/production.json')) ?? '';
    expect(JSON.parse(zip.get(manifest)?.toString() ?? '')).toMatchObject({
      prompt: 'walk through a hallway',
      iterations: [{ iteration: 1 }],
    });
    expect([...zip.values()].some(bytes => bytes.equals(buffer))).toBe(true);
    const { issues } = await validator.validateBytes(new Uint8Array(await download(page, 'World')));
    expect(issues.numErrors, JSON.stringify(issues.messages.slice(0, 5))).toBe(0);
    expect((await download(page, 'Point cloud')).toString('latin1', 0, 3)).toBe('ply');
    expect(JSON.parse((await download(page, /Test report *JSON/)).toString())).toHaveProperty('runs');
    expect((await download(page, /Test report *JUnit/)).toString()).toContain('<testsuite');
    expect((await download(page, /Test report *HTML/)).toString()).toContain('<html');
  });

  it('says of a file it cannot use what is wrong, by its code, and what to do', async () => {
    const page = await studio.open('/');
    await chooseFile(page, {
      name: 'torn.glb',
      mimeType: 'model/gltf-binary',
      buffer: Buffer.from('glTF, but not for long'),
    });
    const refused = page.getByRole('alert');
    await refused.getByText('torn.glb was not taken').waitFor();
    expect(await refused.locator('.code').textContent()).toMatch(/^[A-Z_]{6,}/);
    await studio.pictures(page, 'upload-refused');
    await page.getByRole('button', { name: 'Choose another file' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });

    await chooseFile(page, { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('no world') });
    await page.getByText('By its name it is neither a video nor a GLB.').waitFor();
    await page.getByRole('button', { name: 'Close' }).click();
    // What is a film by its name only is refused as well.
    await chooseFile(page, {
      name: 'film.mp4',
      mimeType: 'video/mp4',
      buffer: await readFile(fileURLToPath(import.meta.url)),
    });
    await page.getByText('film.mp4 was not taken').waitFor();
  });

  it('has a page for what is not there', async () => {
    for (const [path, words] of [
      ['/productions/p_0000000000000000', 'There is no production at this address'],
      ['/worlds/w_0000000000000000', 'There is no world at this address'],
      ['/watch/r_0000000000000000', 'There is no run at this address'],
      ['/nowhere/at/all', 'There is no page at this address'],
    ] as const) {
      const page = await studio.open(path);
      await page.getByRole('heading', { name: words }).waitFor();
      if (path.startsWith('/nowhere')) await studio.pictures(page, 'not-found');
      await page.getByRole('link', { name: 'To all productions' }).click();
      await page.getByRole('heading', { name: 'Describe a place.' }).waitFor();
    }
  });
});

async function download(page: Page, name: string | RegExp): Promise<Buffer> {
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page
      .locator('.export-list')
      .getByRole('link', { name: typeof name === 'string' ? new RegExp(`^${name}`) : name })
      .click(),
  ]);
  return readFile(await file.path());
}
