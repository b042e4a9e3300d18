import sharp from 'sharp';
import { expect, it } from 'vitest';
import { ktx2Sample, ktx2World } from '../engine/world/ktx2World.ts';
import { chooseFile } from './bringFile.ts';
import { describeStudio } from './describeStudio.ts';
import { walkable } from './viewState.ts';

await describeStudio('a world with KTX2 textures', studio => {
  it.each(['etc1s', 'uastc-zstd'] as const)('shows its %s texture', async name => {
    const page = await studio.open('/');
    const buffer = Buffer.from(ktx2World(await ktx2Sample(name)));
    await chooseFile(page, { name: `${name}.glb`, mimeType: 'model/gltf-binary', buffer });
    await page.getByRole('button', { name: 'Only walk in it' }).click();
    await page.waitForURL('**/worlds/w_*');
    await walkable(page);
    // Both halves of the floor and of the walls: from the middle of the room each direction has several quarters.
    await expect
      .poll(async () => hues(await page.locator('canvas[role=application]').screenshot()), {
        timeout: 120_000,
      })
      .toEqual({ red: true, green: true, blue: true });
  });
});

/** Which colours at least a hundredth of a picture has, clearly. */
async function hues(png: Buffer): Promise<Record<'red' | 'green' | 'blue', boolean>> {
  const { data, info } = await sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const counts = [0, 0, 0];
  for (let i = 0; i < data.length; i += 3)
    for (let k = 0; k < 3; k++)
      if (data[i + k] > 1.5 * Math.max(data[i + ((k + 1) % 3)], data[i + ((k + 2) % 3)]) + 10) counts[k]++;
  const [red, green, blue] = counts.map(count => count > (info.width * info.height) / 100);
  return { red, green, blue };
}
