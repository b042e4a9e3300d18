import { PBRMaterial } from '@babylonjs/core/Materials/PBR/pbrMaterial.js';
import { Texture } from '@babylonjs/core/Materials/Textures/texture.js';
import { Mesh } from '@babylonjs/core/Meshes/mesh.js';
import { VertexData } from '@babylonjs/core/Meshes/mesh.vertexData.js';
import type { Scene } from '@babylonjs/core/scene.js';
import { backdropDirection } from '../../../engine/world/backdrop.ts';

/** Within what the eye sees, and beyond all that is walked on. */
const RADIUS_METERS = 2500;
const COLUMNS = 64;
const ROWS = 32;

export interface BackdropDome {
  setVisible(visible: boolean): void;
}

/**
 * The picture of all directions (backdrop.webp) around the eye, wherever that goes. There is nothing to see until the
 * picture has come, and nothing where it does not come: the world is whole without it.
 * @param onLoaded when there is something to draw.
 */
export function createBackdropDome(scene: Scene, url: string, onLoaded: () => void): BackdropDome {
  const data = new VertexData();
  data.positions = [];
  data.uvs = [];
  data.indices = [];
  for (let row = 0; row <= ROWS; row++)
    for (let column = 0; column <= COLUMNS; column++) {
      const [u, v] = [column / COLUMNS, row / ROWS];
      data.positions.push(...backdropDirection(u, v).map(x => x * RADIUS_METERS));
      data.uvs.push(u, v);
      if (row === ROWS || column === COLUMNS) continue;
      const at = row * (COLUMNS + 1) + column;
      data.indices.push(at, at + 1, at + COLUMNS + 1, at + 1, at + COLUMNS + 2, at + COLUMNS + 1);
    }
  const dome = new Mesh('backdrop', scene);
  data.applyToMesh(dome);
  dome.infiniteDistance = true;
  dome.isPickable = false;
  dome.alwaysSelectAsActiveMesh = true;
  const material = new PBRMaterial('backdrop', scene);
  const [noMipmap, invertY] = [false, false];
  let wanted = true;
  let loaded = false;
  dome.setEnabled(false);
  const texture = new Texture(url, scene, noMipmap, invertY, Texture.TRILINEAR_SAMPLINGMODE, () => {
    loaded = true;
    dome.setEnabled(wanted);
    onLoaded();
  });
  texture.wrapV = Texture.CLAMP_ADDRESSMODE;
  material.albedoTexture = texture;
  material.unlit = true;
  material.backFaceCulling = false;
  material.disableDepthWrite = true;
  dome.material = material;
  return {
    setVisible(visible) {
      wanted = visible;
      dome.setEnabled(wanted && loaded);
    },
  };
}
