import { describe, expect, it } from 'vitest';
import { createSoftwareCamera } from '../../../engine/camera/softwareCamera.ts';
import { createRandom } from '../../../engine/random.ts';
import { decodeImage } from '../../../engine/world/images.ts';
import { loadWorldFromBytes } from '../../../engine/world/loadWorldFromBytes.ts';
import { UNLIT } from '../../../pipeline/lift/surface/renderPreview.ts';
import { type Ktx2Sample, ktx2Sample, ktx2World, quarters, SAMPLE_SIZE } from './ktx2World.ts';

/** ETC1S keeps a quarter's colour to within this, of 255; UASTC keeps it whole. */
const LOSS = 3;

const SAMPLES: readonly (readonly [Ktx2Sample, number])[] = [
  ['etc1s', 255],
  ['etc1s-alpha', 64],
  ['uastc', 64],
  ['uastc-zstd', 64],
];

async function refusal(bytes: Uint8Array): Promise<string | undefined> {
  return decodeImage(bytes, 'bent').then(
    () => undefined,
    (thrown: { code?: string }) => thrown.code ?? String(thrown),
  );
}

/** The bytes with one word of the header replaced. */
function withWord(bytes: Uint8Array, at: number, value: number): Uint8Array {
  const bent = bytes.slice();
  new DataView(bent.buffer).setUint32(at, value, true);
  return bent;
}

describe('transcodeKtx2', () => {
  it.each(SAMPLES)('decodes %s', async (name, alpha) => {
    const { width, height, pixels } = await decodeImage(await ktx2Sample(name), name);
    expect([width, height, pixels.length]).toEqual([...SAMPLE_SIZE, 22 * 14 * 4]);
    for (const { x, y, color } of quarters(alpha))
      for (const [k, value] of color.entries()) {
        const is = pixels[4 * (y * width + x) + k];
        expect(Math.abs(is - value), `${name} at ${x}, ${y}: ${k}`).toBeLessThanOrEqual(
          name.startsWith('uastc') ? 0 : LOSS,
        );
      }
  });

  it('refuses by code what is no picture of Basis Universal', async () => {
    const whole = await ktx2Sample('uastc-zstd');
    for (const length of [12, 79, 80, 200, whole.length - 30])
      expect(await refusal(whole.subarray(0, length)), `${length} bytes`).toBe('WORLD_INVALID');
    // A format of Vulkan's: 8-bit RGBA.
    expect(await refusal(withWord(whole, 12, 43))).toBe('WORLD_UNSUPPORTED');
    // A depth, layers, the faces of a cube.
    for (const [at, value] of [
      [28, 4],
      [32, 3],
      [36, 6],
    ])
      expect(await refusal(withWord(whole, at, value)), `word at ${at}`).toBe('WORLD_UNSUPPORTED');
    expect(await refusal(withWord(withWord(whole, 20, 0x10000), 24, 0x10000))).toBe('WORLD_TOO_LARGE');
  });

  it('survives bent bytes, and decodes the next picture all the same', async () => {
    const random = createRandom('bent ktx2');
    for (const name of ['etc1s-alpha', 'uastc-zstd'] as const) {
      const sound = await ktx2Sample(name);
      for (let i = 0; i < 15; i++) {
        const bent = sound.slice();
        for (let k = 0; k < 4; k++) bent[12 + random.integer(bent.length - 12)] = random.integer(256);
        expect((await refusal(bent)) ?? 'WORLD_', `${name} ${i}`).toMatch(/^WORLD_/);
      }
      expect((await decodeImage(sound, name)).width).toBe(22);
    }
  });

  it('is what the software camera shows of a world with KHR_texture_basisu', async () => {
    const world = await loadWorldFromBytes(
      { visual: ktx2World(await ktx2Sample('uastc-zstd')) },
      { decodeImage },
    );
    const camera = await createSoftwareCamera(world.visual);
    const [width, height] = [80, 60];
    const { color } = camera.render(
      {
        // From the middle of the room, 1.5 m up, at the wall in the north.
        worldFromCamera: Float64Array.of(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 1.5, 0, 1),
        fx: 60,
        fy: 60,
        cx: 39.5,
        cy: 29.5,
        width,
        height,
      },
      UNLIT,
    );
    camera.dispose();
    const at = (x: number, y: number) => [...color.subarray(4 * (y * width + x), 4 * (y * width + x) + 3)];
    const [red, green, blue] = [at(25, 15), at(55, 15), at(25, 44)];
    expect(red[0]).toBeGreaterThan(2 * Math.max(red[1], red[2]));
    expect(green[1]).toBeGreaterThan(2 * Math.max(green[0], green[2]));
    expect(blue[2]).toBeGreaterThan(2 * Math.max(blue[0], blue[1]));
  });
});
