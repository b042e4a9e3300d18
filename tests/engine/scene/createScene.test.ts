import { FreeCamera } from '@babylonjs/core/Cameras/freeCamera.js';
import { NullEngine } from '@babylonjs/core/Engines/nullEngine.js';
import { Material } from '@babylonjs/core/Materials/material.js';
import type { PBRMaterial } from '@babylonjs/core/Materials/PBR/pbrMaterial.js';
import { Texture } from '@babylonjs/core/Materials/Textures/texture.js';
import { Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import type { Mesh } from '@babylonjs/core/Meshes/mesh.js';
import { describe, expect, it } from 'vitest';
import { createWalker } from '../../../engine/locomotion/walker.ts';
import { loadHavok } from '../../../engine/physics/nodeHavok.ts';
import { prepareSolids } from '../../../engine/physics/solids.ts';
import { createScene } from '../../../engine/scene/createScene.ts';
import type { WorldModel } from '../../../engine/world/worldModel.ts';
import { box, dynamicBox, floor, PLASTER, worldOf } from '../solids.ts';

async function sceneOf(model: WorldModel) {
  return createScene(new NullEngine(), { visual: model, collider: model }, await loadHavok());
}

describe('createScene', () => {
  it('is right-handed: a camera that looks down −Z sees +X on the right', async () => {
    const { scene, dispose } = await sceneOf(worldOf(floor()));
    expect(scene.useRightHandedSystem).toBe(true);
    const camera = new FreeCamera('eye', new Vector3(0, 1, 0), scene);
    camera.setTarget(new Vector3(0, 1, -5));
    scene.render();
    const view = Vector3.TransformCoordinates(new Vector3(1, 1, -5), camera.getViewMatrix(true));
    expect(view.x).toBeCloseTo(1, 5);
    expect(view.z).toBeCloseTo(-5, 5);
    dispose();
  });

  it('puts every node where the world has it, and draws shared parts from one geometry', async () => {
    const first = box('a', [1, 2, 3], [1, 1, 1]);
    const second = { ...box('b', [-4, 0, 0], [1, 1, 1]), parts: first.parts };
    second.worldFromNode = Float64Array.of(2, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, -4, 0, 0, 1);
    const { nodes, scene, dispose } = await sceneOf(worldOf(first, second));
    expect(nodes.map(node => node.name)).toEqual(['a', 'b']);
    const [meshA, meshB] = nodes.map(node => node.getChildMeshes(true)[0] as Mesh);
    expect(meshA!.getBoundingInfo().boundingBox.centerWorld.asArray()).toEqual([1, 2, 3]);
    expect(meshB!.getBoundingInfo().boundingBox.minimumWorld.x).toBeCloseTo(-5, 5);
    expect(meshB!.geometry).toBe(meshA!.geometry);
    expect(scene.meshes).toHaveLength(2);
    dispose();
  });

  it('carries materials and textures over', async () => {
    const model: WorldModel = {
      nodes: [box('a', [0, 0, 0], [1, 1, 1])],
      materials: [
        {
          ...PLASTER,
          baseColor: [0.5, 0.25, 0.125, 1],
          doubleSided: true,
          alphaMode: 'mask',
          baseColorImage: 0,
        },
      ],
      images: [{ width: 2, height: 1, pixels: Uint8Array.of(255, 0, 0, 255, 0, 255, 0, 0) }],
    };
    const { scene, dispose } = await sceneOf(model);
    const material = scene.materials.find(candidate => candidate.name === 'plaster');
    expect(material).toMatchObject({ backFaceCulling: false, transparencyMode: 1 });
    expect((material as PBRMaterial).albedoColor.g).toBe(0.25);
    // What is wound counter-clockwise is a front, as in glTF.
    expect(material?.sideOrientation).toBe(Material.CounterClockWiseSideOrientation);
    const texture = (material as PBRMaterial).albedoTexture;
    expect(texture?.getSize()).toMatchObject({ width: 2, height: 1 });
    expect(texture).toMatchObject({ gammaSpace: true, wrapU: Texture.WRAP_ADDRESSMODE });
    dispose();
  });

  it('shows baked colours as they are, without the cost of normals', async () => {
    const engine = new NullEngine();
    const world = worldOf(box('a', [0, 0, 0], [1, 1, 1]));
    const { scene, nodes, dispose } = createScene(
      engine,
      { visual: world, collider: world },
      await loadHavok(),
      { shading: 'baked' },
    );
    const mesh = nodes[0]!.getChildMeshes(true)[0] as Mesh;
    expect((mesh.material as PBRMaterial).unlit).toBe(true);
    expect(mesh.getVerticesData('normal')).toBeNull();
    expect(mesh.getTotalVertices()).toBe(world.nodes[0]!.parts[0]!.positions.length / 3);
    expect(scene.lights).toHaveLength(0);
    dispose();
  });

  it('can be drawn before it is solid, and takes solids that were prepared elsewhere', async () => {
    const world = worldOf(floor(), dynamicBox('crate', [0, 2, 0], [1, 1, 1], 5));
    const solids = structuredClone(prepareSolids(world));
    const drawable: number[] = [];
    const havok = await loadHavok();
    const prepared = createScene(new NullEngine(), { visual: world, collider: world }, havok, {
      solids,
      onDrawable: scene => drawable.push(scene.meshes.length),
    });
    expect(drawable).toEqual([2]);
    const plain = await sceneOf(world);
    for (let i = 0; i < 90; i++) for (const { physics } of [prepared, plain]) physics.step();
    expect(prepared.physics.bodies[0]!.readState().position[1]).toBeLessThan(1);
    expect(prepared.physics.stateHash()).toBe(plain.physics.stateHash());
    prepared.dispose();
    plain.dispose();
  });

  it('gives a part without normals those of its triangles', async () => {
    const { nodes, dispose } = await sceneOf(worldOf(box('a', [0, 0, 0], [1, 1, 1])));
    const mesh = nodes[0]!.getChildMeshes(true)[0] as Mesh;
    const positions = mesh.getVerticesData('position')!;
    const normals = mesh.getVerticesData('normal')!;
    expect(positions.length).toBe(12 * 9);
    // A box around the origin: every corner lies half a metre out along its face's normal.
    for (let i = 0; i < positions.length; i += 3)
      expect(
        positions[i]! * normals[i]! +
          positions[i + 1]! * normals[i + 1]! +
          positions[i + 2]! * normals[i + 2]!,
      ).toBeCloseTo(0.5, 6);
    dispose();
  });

  it('drawing moves nothing; the clock does, and the drawn node follows its body', async () => {
    const { scene, nodes, physics, syncBodies, dispose } = await sceneOf(
      worldOf(floor(), dynamicBox('crate', [0, 3, 0], [1, 1, 1], 5)),
    );
    new FreeCamera('eye', new Vector3(0, 1, 5), scene);
    for (let i = 0; i < 5; i++) scene.render();
    expect(physics.bodies[0]!.readState().position[1]).toBe(3);
    for (let i = 0; i < 240; i++) physics.step();
    syncBodies();
    const [mesh] = nodes[1]!.getChildMeshes(true);
    expect(mesh!.getBoundingInfo().boundingBox.centerWorld.y).toBeCloseTo(0.5, 1);
    dispose();
  });

  it('walks in the plugin’s own world', async () => {
    const { physics, dispose } = await sceneOf(worldOf(floor()));
    const walker = createWalker(physics, {}, [0, 0.1, 0]);
    for (let i = 0; i < 60; i++) walker.step([1, 0], false);
    expect(walker.grounded).toBe(true);
    expect(walker.feetPosition[0]).toBeCloseTo(1, 2);
    dispose();
  });
});
