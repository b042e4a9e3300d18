import { ShaderMaterial } from '@babylonjs/core/Materials/shaderMaterial.js';
import { Vector2 } from '@babylonjs/core/Maths/math.vector.js';
import { Mesh } from '@babylonjs/core/Meshes/mesh.js';
import { VertexData } from '@babylonjs/core/Meshes/mesh.vertexData.js';
import type { Scene } from '@babylonjs/core/scene.js';
import type { ViolationView } from '../../../server/api/types.ts';
import { boxLines } from './frusta.ts';
import { ATLAS_COLUMNS, ATLAS_ROWS, createPinAtlas } from './pinAtlas.ts';
import { SEVERITY_COLORS } from './pinKinds.ts';
import { layOutPins, PIN_FULL_METERS, PIN_LEAST_SHARE } from './pinLayout.ts';
import { createTintMesh, disposeTintMesh } from './tintMaterial.ts';

const VERTEX = `
precision highp float;
attribute vec3 position;
attribute vec2 uv;
attribute vec2 uv2;
attribute vec4 color;
uniform mat4 viewProjection;
uniform vec2 screen;
varying vec2 vAtlas;
varying vec4 vColor;
void main(void) {
  vColor = color;
  float column = mod(uv2.x, ${ATLAS_COLUMNS}.0);
  float row = floor(uv2.x / ${ATLAS_COLUMNS}.0);
  vec2 corner = uv * 0.5 + 0.5;
  vAtlas = vec2(column + corner.x, row + 1.0 - corner.y) / vec2(${ATLAS_COLUMNS}.0, ${ATLAS_ROWS}.0);
  gl_Position = viewProjection * vec4(position, 1.0);
  float height = uv2.y * clamp(${PIN_FULL_METERS}.0 / max(gl_Position.w, 1e-6), ${PIN_LEAST_SHARE}, 1.0);
  gl_Position.xy += vec2(uv.x, uv.y + 1.0) * height / screen * gl_Position.w;
  gl_Position.z -= 0.0005 * gl_Position.w;
}`;

const FRAGMENT = `
precision highp float;
varying vec2 vAtlas;
varying vec4 vColor;
uniform sampler2D atlas;
uniform float opacity;
void main(void) {
  vec3 mask = texture2D(atlas, vAtlas).rgb;
  float alpha = max(max(mask.r, mask.g), mask.b);
  if (alpha < 0.02) discard;
  vec3 ink = vec3(0.07, 0.07, 0.09);
  vec3 color = mix(vColor.rgb, ink, mask.g);
  color = mix(color, vec3(1.0), mask.b * 0.9);
  gl_FragColor = vec4(color, alpha * vColor.a * opacity);
}`;

const DEPTH_LESS_OR_EQUAL = 515;
const DEPTH_GREATER = 516;

export interface PinLayer {
  readonly violations: readonly ViolationView[];
  set(violations: readonly ViolationView[]): void;
  select(id: string | null): void;
  setVisible(visible: boolean): void;
  /** To be called where the picture's size in CSS pixels changes. */
  resize(width: number, height: number): void;
}

/**
 * Violations as pins: one mesh for all of them, drawn twice: as it is, and faint where a wall hides it. Two draw
 * calls however many there are, and the selected one's extent as a third.
 */
export function createPinLayer(scene: Scene): PinLayer {
  let violations: readonly ViolationView[] = [];
  let selected: string | null = null;
  let visible = true;
  let meshes: { mesh: Mesh; material: ShaderMaterial }[] | undefined;
  let extent: Mesh | undefined;
  const screen = new Vector2(1, 1);

  /** Made with the first pins: a world without findings pays for no atlas and no shader. */
  function makeMeshes() {
    const atlas = createPinAtlas(scene);
    return [
      { name: 'pins', opacity: 1, depth: DEPTH_LESS_OR_EQUAL },
      { name: 'pins behind walls', opacity: 0.33, depth: DEPTH_GREATER },
    ].map(({ name, opacity, depth }) => {
      const material = new ShaderMaterial(
        name,
        scene,
        { vertexSource: VERTEX, fragmentSource: FRAGMENT },
        {
          attributes: ['position', 'uv', 'uv2', 'color'],
          uniforms: ['viewProjection', 'screen', 'opacity'],
          samplers: ['atlas'],
          needAlphaBlending: true,
        },
      );
      material.setTexture('atlas', atlas);
      material.setFloat('opacity', opacity);
      material.setVector2('screen', screen);
      material.backFaceCulling = false;
      material.disableDepthWrite = true;
      material.depthFunction = depth;
      const mesh = new Mesh(name, scene);
      mesh.material = material;
      mesh.isPickable = false;
      mesh.alwaysSelectAsActiveMesh = true;
      mesh.hasVertexAlpha = true;
      // After everything else that is blended.
      mesh.alphaIndex = 1000;
      return { mesh, material };
    });
  }

  function rebuild(): void {
    if (violations.length > 0) meshes ??= makeMeshes();
    const { positions, corners, kinds, colors, indices } = layOutPins(violations, selected);
    const data = new VertexData();
    Object.assign(data, { positions, uvs: corners, uvs2: kinds, colors, indices });
    for (const { mesh } of meshes ?? []) {
      if (violations.length > 0) data.applyToMesh(mesh);
      mesh.setEnabled(visible && violations.length > 0);
    }
    disposeTintMesh(extent);
    extent = undefined;
    const chosen = violations.find(({ id }) => id === selected);
    if (!chosen) return;
    const size = (chosen.extent ?? [0, 0, 0]).map(side => Math.max(side, 0.12));
    const color = [...SEVERITY_COLORS[chosen.severity], 1] as const;
    extent = createTintMesh(scene, 'extent', boxLines(chosen.position, size, color), {
      opacity: 0.95,
      lines: true,
      throughWalls: true,
    });
    extent.setEnabled(visible);
  }

  return {
    get violations() {
      return violations;
    },
    set(next) {
      violations = next;
      if (!next.some(({ id }) => id === selected)) selected = null;
      rebuild();
    },
    select(id) {
      if (id === selected) return;
      selected = id;
      rebuild();
    },
    setVisible(next) {
      visible = next;
      for (const { mesh } of meshes ?? []) mesh.setEnabled(visible && violations.length > 0);
      extent?.setEnabled(visible);
    },
    resize(width, height) {
      screen.copyFromFloats(width, height);
      for (const { material } of meshes ?? []) material.setVector2('screen', screen);
    },
  };
}
