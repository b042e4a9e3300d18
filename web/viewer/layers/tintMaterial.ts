import { Material } from '@babylonjs/core/Materials/material.js';
import { ShaderMaterial } from '@babylonjs/core/Materials/shaderMaterial.js';
import { Mesh } from '@babylonjs/core/Meshes/mesh.js';
import { VertexData } from '@babylonjs/core/Meshes/mesh.vertexData.js';
import type { Scene } from '@babylonjs/core/scene.js';

/** The one small shader of everything that is drawn over a world: faces and lines in world space, coloured by vertex. */
const VERTEX = `
precision highp float;
attribute vec3 position;
attribute vec4 color;
uniform mat4 viewProjection;
uniform float nearer;
varying vec4 vColor;
varying vec3 vPlace;
void main(void) {
  vColor = color;
  vPlace = position;
  gl_Position = viewProjection * vec4(position, 1.0);
  gl_Position.z -= nearer * gl_Position.w;
}`;

const FRAGMENT = `
precision highp float;
varying vec4 vColor;
varying vec3 vPlace;
uniform float opacity;
uniform float shade;
void main(void) {
  float light = 1.0;
  // A line has no plane: its normal would not be a number.
  if (shade > 0.5) {
    vec3 normal = normalize(cross(dFdx(vPlace), dFdy(vPlace)));
    light = 0.55 + 0.45 * abs(dot(normal, normalize(vec3(0.35, 0.8, 0.5))));
  }
  gl_FragColor = vec4(vColor.rgb * light, vColor.a * opacity);
}`;

export interface TintOptions {
  /** 0–1, multiplied with each vertex's own. */
  opacity: number;
  /** Lines in pairs of vertices instead of triangles. */
  lines?: boolean;
  /** Faces get light and dark by their slope. */
  shaded?: boolean;
  wireframe?: boolean;
  /** Share of the depth by which it comes before what lies at the same place. */
  nearer?: number;
  /** Drawn also where something hides it. */
  throughWalls?: boolean;
}

export interface TintGeometry {
  /** xyz per vertex, world frame, metres. */
  positions: Float32Array;
  indices: Uint32Array;
  /** sRGB rgba per vertex, 0–1. */
  colors: Float32Array;
}

/** One mesh, one draw call. */
export function createTintMesh(
  scene: Scene,
  name: string,
  geometry: TintGeometry,
  options: TintOptions,
): Mesh {
  const material = new ShaderMaterial(
    name,
    scene,
    { vertexSource: VERTEX, fragmentSource: FRAGMENT },
    {
      attributes: ['position', 'color'],
      uniforms: ['viewProjection', 'opacity', 'shade', 'nearer'],
      needAlphaBlending: true,
    },
  );
  material.setFloat('opacity', options.opacity);
  material.setFloat('shade', options.shaded ? 1 : 0);
  material.setFloat('nearer', options.nearer ?? 0);
  material.backFaceCulling = false;
  material.disableDepthWrite = options.opacity < 1 || options.throughWalls === true;
  if (options.throughWalls) material.depthFunction = DEPTH_ALWAYS;
  if (options.wireframe) material.wireframe = true;
  if (options.lines) material.fillMode = Material.LineListDrawMode;
  const data = new VertexData();
  data.positions = geometry.positions;
  data.indices = geometry.indices;
  data.colors = geometry.colors;
  const mesh = new Mesh(name, scene);
  data.applyToMesh(mesh, true);
  mesh.material = material;
  mesh.isPickable = false;
  mesh.doNotSyncBoundingInfo = true;
  mesh.hasVertexAlpha = true;
  mesh.alwaysSelectAsActiveMesh = true;
  return mesh;
}

/** GL's ALWAYS; 0 would mean the engine's own. */
const DEPTH_ALWAYS = 519;

/** Frees a mesh with its material, which no other mesh has. */
export function disposeTintMesh(mesh: Mesh | undefined): void {
  mesh?.dispose(false, true);
}
