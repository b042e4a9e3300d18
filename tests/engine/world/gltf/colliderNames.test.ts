import { expect, test } from 'vitest';
import { readColliderName } from '../../../../engine/world/gltf/colliderNames.ts';

test.each([
  ['UCX_Crate', 'only', 'Crate'],
  ['UCX_Crate_01', 'only', 'Crate'],
  ['UBX_Wall_2', 'only', 'Wall'],
  ['crate-col', 'solid', 'crate'],
  ['crate-convcol.001', 'solid', 'crate'],
  ['crate-colonly', 'only', 'crate'],
  ['crate-convcolonly', 'only', 'crate'],
  ['Crate_col', 'only', 'Crate'],
  ['Crate_Collider', 'only', 'Crate'],
  ['collision_Crate', 'only', 'Crate'],
  ['Colliders', 'only', ''],
  ['Crate.collision.mesh', 'only', 'Crate'],
])('%s', (name, role, base) => {
  expect(readColliderName(name)).toEqual({ role, base });
});

test.each(['crate', 'protocol', 'Collins house', 'volcano', 'column', 'broccoli', 'color-chart', 'cool'])(
  '%s says nothing of touching',
  name => {
    expect(readColliderName(name)).toBeUndefined();
  },
);
