import { VertexBuffer } from '@babylonjs/core/Buffers/buffer.js';
import { NullEngine } from '@babylonjs/core/Engines/nullEngine.js';
import type { Mesh } from '@babylonjs/core/Meshes/mesh.js';
import { Scene } from '@babylonjs/core/scene.js';
import { expect, it } from 'vitest';
import { backdropPlace } from '../../../engine/world/backdrop.ts';
import { createBackdropDome } from '../../../web/viewer/layers/backdropDome.ts';
import { createWorldLayers } from '../../../web/viewer/layers/worldLayers.ts';
import { box, worldOf } from '../../engine/solids.ts';

it('surrounds the eye with the picture once it has come, as long as what is seen is shown', async () => {
  const scene = new Scene(new NullEngine());
  scene.useRightHandedSystem = true;
  const dome = await new Promise<ReturnType<typeof createBackdropDome>>(resolve => {
    const made = createBackdropDome(scene, '/backdrop.webp', () => resolve(made));
    expect(scene.getMeshByName('backdrop')?.isEnabled()).toBe(false);
  });
  const mesh = scene.getMeshByName('backdrop') as Mesh;
  expect(mesh.isEnabled()).toBe(true);

  // Where the picture has a direction, there it stands, seen from within.
  const positions = mesh.getVerticesData(VertexBuffer.PositionKind) ?? [];
  const uvs = mesh.getVerticesData(VertexBuffer.UVKind) ?? [];
  expect(positions.length / 3).toBeGreaterThan(1000);
  for (let i = 0; i < positions.length / 3; i++) {
    const [x, y, z] = positions.slice(3 * i, 3 * i + 3);
    const [u, v] = backdropPlace(x, y, z);
    expect(uvs[2 * i + 1]).toBeCloseTo(v, 5);
    // At the poles every column is right; the last column is the first again.
    if (v > 0.01 && v < 0.99) expect(Math.abs(Math.sin(Math.PI * (uvs[2 * i] - u)))).toBeLessThan(1e-5);
  }

  const layers = createWorldLayers(
    { scene, nodes: [] },
    worldOf(box('room', [0, 0, 0], [1, 1, 1])),
    undefined,
    dome,
  );
  layers.set('visual', false);
  expect(mesh.isEnabled()).toBe(false);
  layers.set('visual', true);
  expect(mesh.isEnabled()).toBe(true);
  layers.set('inferred', true);
  expect(mesh.isEnabled()).toBe(false);
});
