import { DirectionalLight } from '@babylonjs/core/Lights/directionalLight.js';
import { HemisphericLight } from '@babylonjs/core/Lights/hemisphericLight.js';
import { PBRMaterial } from '@babylonjs/core/Materials/PBR/pbrMaterial.js';
import { Color3, Color4 } from '@babylonjs/core/Maths/math.color.js';
import { Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import type { Scene } from '@babylonjs/core/scene.js';

/** Daylight for worlds whose materials want some: a sky that is brighter than the ground, and a sun for the shapes. */
export function lightScene(scene: Scene): void {
  scene.clearColor = new Color4(0.14, 0.16, 0.2, 1);
  const sky = new HemisphericLight('sky', new Vector3(0, 1, 0), scene);
  sky.intensity = 1;
  sky.groundColor = new Color3(0.56, 0.54, 0.5);
  sky.specular = Color3.Black();
  const sun = new DirectionalLight('sun', new Vector3(-0.45, -1, -0.35), scene);
  sun.intensity = 1.4;
  sun.specular = new Color3(0.4, 0.4, 0.4);
  for (const material of scene.materials) {
    if (!(material instanceof PBRMaterial)) continue;
    // There are no surroundings to be mirrored: a metal would be black. It is shown as painted instead.
    material.metallic = 0;
    material.environmentBRDFTexture = null;
  }
}
