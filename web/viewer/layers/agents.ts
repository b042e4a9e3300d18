import { ShaderMaterial } from '@babylonjs/core/Materials/shaderMaterial.js';
import { Mesh } from '@babylonjs/core/Meshes/mesh.js';
import { VertexData } from '@babylonjs/core/Meshes/mesh.vertexData.js';
import '@babylonjs/core/Meshes/thinInstanceMesh.js';
// What the shader includes: without them Babylon fetches them from the server, and keeps its answer for every material.
import '@babylonjs/core/Shaders/ShadersInclude/instancesDeclaration.js';
import '@babylonjs/core/Shaders/ShadersInclude/instancesVertex.js';
import type { Scene } from '@babylonjs/core/scene.js';
import type { AgentPose } from '../../../sim/browser/trace.ts';
import type { AgentBody, Point } from '../viewerTypes.ts';
import { AGENT_COLORS, agentGeometry } from './agentGeometry.ts';
import { pathLines } from './frusta.ts';
import { createTintMesh, disposeTintMesh } from './tintMaterial.ts';

const VERTEX = `
precision highp float;
attribute vec3 position;
attribute vec3 normal;
attribute vec4 color;
#include<instancesDeclaration>
uniform mat4 viewProjection;
varying vec4 vColor;
varying vec3 vNormal;
void main(void) {
  #include<instancesVertex>
  vec4 place = finalWorld * vec4(position, 1.0);
  vNormal = mat3(finalWorld) * normal;
  vColor = color;
  #ifdef INSTANCESCOLOR
  vColor.rgb = color.rgb * instanceColor.rgb;
  #endif
  gl_Position = viewProjection * place;
}`;

const FRAGMENT = `
precision highp float;
varying vec4 vColor;
varying vec3 vNormal;
void main(void) {
  float light = 0.62 + 0.38 * max(dot(normalize(vNormal), normalize(vec3(0.35, 0.8, 0.5))), 0.0);
  gl_FragColor = vec4(vColor.rgb * light, 1.0);
}`;

const TRAIL: readonly [number, number, number, number] = [1, 0.55, 0.2, 1];

export interface AgentMeshes {
  readonly poses: readonly AgentPose[];
  readonly body: AgentBody;
  setBody(body: AgentBody): void;
  setAgents(poses: readonly AgentPose[]): void;
  setTrail(points: readonly Point[]): void;
  /** One that the eye sits in is not drawn. */
  setHidden(agent: number | null): void;
  setVisible(visible: boolean): void;
}

/** Agents as instances of one body: one draw call however many, and one for the trail. */
export function createAgentMeshes(scene: Scene): AgentMeshes {
  let body: AgentBody = { heightMeters: 1.7, radiusMeters: 0.35 };
  let poses: readonly AgentPose[] = [];
  let hidden: number | null = null;
  let visible = true;
  let mesh: Mesh | undefined;
  let trail: Mesh | undefined;
  let matrices = new Float32Array();
  let colors = new Float32Array();

  function shapeMesh(into: Mesh): void {
    const data = new VertexData();
    Object.assign(data, agentGeometry(body));
    data.applyToMesh(into);
  }

  function makeMesh(): Mesh {
    const made = new Mesh('agents', scene);
    const material = new ShaderMaterial(
      'agents',
      scene,
      { vertexSource: VERTEX, fragmentSource: FRAGMENT },
      { attributes: ['position', 'normal', 'color'], uniforms: ['world', 'viewProjection'] },
    );
    material.backFaceCulling = false;
    shapeMesh(made);
    made.material = material;
    made.isPickable = false;
    made.alwaysSelectAsActiveMesh = true;
    made.doNotSyncBoundingInfo = true;
    return made;
  }

  function reserve(into: Mesh, count: number): void {
    if (matrices.length >= count * 16) return;
    const capacity = Math.max(16, 2 ** Math.ceil(Math.log2(count)));
    matrices = new Float32Array(capacity * 16);
    colors = new Float32Array(capacity * 4);
    into.thinInstanceSetBuffer('matrix', matrices, 16, false);
    into.thinInstanceSetBuffer('color', colors, 4, false);
  }

  function draw(): void {
    if (poses.length === 0) {
      mesh?.setEnabled(false);
      return;
    }
    mesh ??= makeMesh();
    reserve(mesh, poses.length);
    let count = 0;
    poses.forEach(({ x, y, z, yaw, state }, agent) => {
      if (agent === hidden) return;
      const sin = Math.sin(yaw);
      const cos = Math.cos(yaw);
      matrices.set([cos, 0, -sin, 0, 0, 1, 0, 0, sin, 0, cos, 0, x, y, z, 1], count * 16);
      colors.set([...AGENT_COLORS[state], 1], count * 4);
      count++;
    });
    mesh.thinInstanceCount = count;
    mesh.thinInstanceBufferUpdated('matrix');
    mesh.thinInstanceBufferUpdated('color');
    mesh.setEnabled(visible && count > 0);
  }

  return {
    get poses() {
      return poses;
    },
    get body() {
      return body;
    },
    setBody(next) {
      body = next;
      if (mesh) shapeMesh(mesh);
    },
    setAgents(next) {
      poses = next;
      draw();
    },
    setTrail(points) {
      disposeTintMesh(trail);
      trail = undefined;
      if (points.length < 2) return;
      trail = createTintMesh(scene, 'trail', pathLines(points, TRAIL, 0.06), {
        opacity: 1,
        lines: true,
        nearer: 0.0004,
      });
      trail.setEnabled(visible);
    },
    setHidden(agent) {
      if (agent === hidden) return;
      hidden = agent;
      draw();
    },
    setVisible(next) {
      visible = next;
      draw();
      trail?.setEnabled(next);
    },
  };
}
