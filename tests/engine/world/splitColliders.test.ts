import { expect, test } from 'vitest';
import { gltfToWorldModel } from '../../../engine/world/gltf/gltfToWorldModel.ts';
import { splitColliders } from '../../../engine/world/splitColliders.ts';
import type { WorldModel } from '../../../engine/world/worldModel.ts';
import { triangle } from './glbBytes.ts';

const names = ({ nodes }: WorldModel) => nodes.map(node => node.name);

/** Nodes that share one level triangle of 1 × 1 m, scaled. */
async function read(nodes: Record<string, unknown>[], rest: Record<string, unknown> = {}) {
  const { bytes } = triangle(
    { nodes, scenes: [{ nodes: nodes.flatMap((node, i) => (node['child'] ? [] : [i])) }], scene: 0, ...rest },
    [0, 0, 0, 0, 0, 1, 1, 0, 0],
  );
  return splitColliders(
    await gltfToWorldModel(bytes, { name: 'made.glb', readResource: () => Promise.reject(new Error()) }),
  );
}

test('a file that declares nothing is touched as it is seen', async () => {
  const { visual, collider } = await read([{ name: 'floor', mesh: 0 }]);
  expect(collider).toBe(visual);
});

test('a collider of the whole world is all that is touched', async () => {
  const { visual, collider } = await read([
    { name: 'floor', mesh: 0 },
    { name: 'grass', mesh: 0 },
    { name: 'UCX_world', mesh: 0 },
  ]);
  expect(names(visual)).toEqual(['floor', 'grass']);
  expect(names(collider)).toEqual(['UCX_world']);
});

test('the collider of one thing takes the place of that thing, moves as it does, and leaves the rest', async () => {
  const small = [0.1, 0.1, 0.1];
  const { visual, collider } = await read([
    { name: 'floor', mesh: 0, scale: [10, 1, 10] },
    { name: 'crate', mesh: 0, scale: small, extras: { motion: 'dynamic', massKilograms: 5 } },
    { name: 'UCX_crate_01', mesh: 0, scale: small },
    { name: 'colliders', children: [4] },
    { name: 'barrier', mesh: 0, scale: small, child: true },
  ]);
  expect(names(visual)).toEqual(['floor', 'crate']);
  expect(names(collider)).toEqual(['crate', 'barrier', 'floor']);
  expect(collider.nodes[0]).toMatchObject({ motion: 'dynamic', massKilograms: 5 });
});

test('shapes of KHR_physics_rigid_bodies are touched, and the mesh that they stand for is not', async () => {
  const { visual, collider } = await read(
    [
      {
        name: 'floor',
        mesh: 0,
        extensions: { KHR_physics_rigid_bodies: { collider: { geometry: { shape: 0 } } } },
      },
      {
        name: 'stone',
        mesh: 0,
        extensions: { KHR_physics_rigid_bodies: { collider: { geometry: { mesh: 0 } } } },
      },
      { name: 'smoke', mesh: 0 },
    ],
    {
      extensionsUsed: ['KHR_physics_rigid_bodies', 'KHR_implicit_shapes'],
      extensions: { KHR_implicit_shapes: { shapes: [{ type: 'box', box: { size: [4, 1, 6] } }] } },
    },
  );
  expect(names(visual)).toEqual(['floor', 'stone', 'smoke']);
  expect(names(collider)).toEqual(['floor', 'stone']);
  const { positions } = collider.nodes[0].parts[0];
  expect([Math.min(...positions), Math.max(...positions)]).toEqual([-3, 3]);
});
