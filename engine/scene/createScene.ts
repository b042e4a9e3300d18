import type { AbstractEngine } from '@babylonjs/core/Engines/abstractEngine.js';
import '@babylonjs/core/Engines/Extensions/engine.rawTexture.js';
import { Material as BabylonMaterial } from '@babylonjs/core/Materials/material.js';
import { PBRMaterial } from '@babylonjs/core/Materials/PBR/pbrMaterial.js';
import { RawTexture } from '@babylonjs/core/Materials/Textures/rawTexture.js';
import { Texture } from '@babylonjs/core/Materials/Textures/texture.js';
import { Color3 } from '@babylonjs/core/Maths/math.color.js';
import { Matrix, Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import { Mesh } from '@babylonjs/core/Meshes/mesh.js';
import { VertexData } from '@babylonjs/core/Meshes/mesh.vertexData.js';
import { TransformNode } from '@babylonjs/core/Meshes/transformNode.js';
import '@babylonjs/core/Physics/joinedPhysicsEngineComponent.js';
import { HavokPlugin } from '@babylonjs/core/Physics/v2/Plugins/havokPlugin.js';
import { Scene } from '@babylonjs/core/scene.js';
import { atOnce, type Pieces } from '../gradually.ts';
import { buildPhysicsWorld, type PhysicsWorld } from '../physics/createPhysicsWorld.ts';
import type { Havok } from '../physics/havok.ts';
import type { Solid } from '../physics/solids.ts';
import type { Material, MeshPart, WorldModel } from '../world/worldModel.ts';
import { flatShade } from './flatShade.ts';

export interface WorldScene {
  /** Right-handed, +Y up, metres. It has no camera and no light: who looks brings them. */
  readonly scene: Scene;
  /** One per node of `visual`, in its order; the meshes of its parts hang below. */
  readonly nodes: readonly TransformNode[];
  /** Stepped by the caller's clock, never by the drawing of a frame. */
  readonly physics: PhysicsWorld;
  /** Puts the drawn nodes where their bodies are; to be called once per drawn frame. */
  syncBodies(): void;
  dispose(): void;
}

export interface SceneOptions {
  /**
   * lit: materials answer to the scene's lights. baked: colours and textures hold their light already, as those
   * taken from a video do, and are shown as they are. Default lit.
   */
  shading?: 'lit' | 'baked';
  /** What prepareSolids made of the collider, where another thread has done it. */
  solids?: readonly Solid[];
  /** Called once everything that is seen is in the scene, before anything is solid: time to have shaders compiled. */
  onDrawable?: (scene: Scene) => void;
}

type SceneWorld = { visual: WorldModel; collider: WorldModel };

/**
 * A Babylon scene of a world with Havok behind it: the same on a NullEngine in Node and on a real engine in the
 * browser. A body moves the visual node of its name. Errors: those of createPhysicsWorld.
 */
export function createScene(
  engine: AbstractEngine,
  world: SceneWorld,
  havok: Havok,
  options: SceneOptions = {},
): WorldScene {
  return atOnce(buildScene(engine, world, havok, options));
}

/** createScene in pieces, one a node and one a tile of the collider. Cut short, it frees what it has drawn. */
export function* buildScene(
  engine: AbstractEngine,
  { visual, collider }: SceneWorld,
  havok: Havok,
  { shading = 'lit', solids, onDrawable }: SceneOptions = {},
): Pieces<WorldScene> {
  const scene = new Scene(engine);
  let whole = false;
  try {
    scene.useRightHandedSystem = true;
    const materials = createMaterials(scene, visual, shading);
    const drawn = new Map<MeshPart, Mesh>();
    const nodes: TransformNode[] = [];
    for (const worldNode of visual.nodes) {
      const node = new TransformNode(worldNode.name, scene);
      worldNode.parts.forEach((part, k) => {
        const name = `${worldNode.name}#${k}`;
        const first = drawn.get(part);
        const mesh = first
          ? first.clone(name, node)
          : createMesh(scene, name, part, materials[part.material], shading);
        mesh.parent = node;
        drawn.set(part, first ?? mesh);
      });
      place(node, worldNode.worldFromNode);
      nodes.push(node);
      yield (DRAWING_SHARE * nodes.length) / visual.nodes.length;
    }

    onDrawable?.(scene);

    const plugin = new HavokPlugin(false, havok.api);
    scene.enablePhysics(new Vector3(0, -9.81, 0), plugin);
    scene.physicsEnabled = false;
    const building = buildPhysicsWorld(collider, {
      havok,
      world: plugin.world,
      ...(solids ? { solids } : {}),
    });
    let piece = building.next();
    for (; !piece.done; piece = building.next()) yield DRAWING_SHARE + (1 - DRAWING_SHARE) * piece.value;
    const physics = piece.value;
    const byName = new Map(nodes.map(node => [node.name, node]));
    whole = true;
    return {
      scene,
      nodes,
      physics,
      syncBodies() {
        for (const body of physics.bodies) {
          const node = byName.get(body.name);
          if (node) place(node, body.worldFromNode());
        }
      },
      dispose() {
        physics.dispose();
        scene.dispose();
      },
    };
  } finally {
    if (!whole) scene.dispose();
  }
}

/** Of the time that a world takes to be built, about this much goes into its meshes, the rest into its collider. */
const DRAWING_SHARE = 0.3;

/** Babylon's row-vector matrices lie in memory as our column-vector ones do, so the numbers are taken over as they are. */
function place(node: TransformNode, worldFromNode: Float64Array): void {
  node.freezeWorldMatrix(Matrix.FromArray(worldFromNode));
  for (const mesh of node.getChildMeshes(true)) mesh.computeWorldMatrix(true);
}

function createMesh(
  scene: Scene,
  name: string,
  part: MeshPart,
  material: PBRMaterial | undefined,
  shading: 'lit' | 'baked',
): Mesh {
  // Baked colours need no normals, and flat shading would triple the vertices.
  const shaped = part.normals || shading === 'baked' ? part : flatShade(part);
  const { positions, normals, uvs, colors, indices } = shaped;
  const data = new VertexData();
  data.positions = positions;
  data.indices = indices;
  if (normals && shading === 'lit') data.normals = normals;
  if (uvs) data.uvs = uvs;
  if (colors) data.colors = colors;
  const mesh = new Mesh(name, scene);
  data.applyToMesh(mesh);
  if (part.colors) mesh.hasVertexAlpha = false;
  if (material) mesh.material = material;
  if (part.inferred) mesh.metadata = { inferred: true };
  return mesh;
}

function createMaterials(scene: Scene, model: WorldModel, shading: 'lit' | 'baked'): PBRMaterial[] {
  const textures = model.images.map(({ pixels, width, height }) => {
    const mipMaps = true;
    const invertY = false;
    const texture = RawTexture.CreateRGBATexture(
      pixels,
      width,
      height,
      scene,
      mipMaps,
      invertY,
      Texture.TRILINEAR_SAMPLINGMODE,
    );
    // As glTF has it; a raw texture clamps.
    texture.wrapU = Texture.WRAP_ADDRESSMODE;
    texture.wrapV = Texture.WRAP_ADDRESSMODE;
    return texture;
  });
  return model.materials.map(material => {
    const pbr = createMaterial(scene, material, textures);
    pbr.unlit = shading === 'baked';
    return pbr;
  });
}

const TRANSPARENCY = {
  opaque: BabylonMaterial.MATERIAL_OPAQUE,
  mask: BabylonMaterial.MATERIAL_ALPHATEST,
  blend: BabylonMaterial.MATERIAL_ALPHABLEND,
} as const;

function createMaterial(scene: Scene, material: Material, textures: readonly RawTexture[]): PBRMaterial {
  const pbr = new PBRMaterial(material.name, scene);
  const [red, green, blue, alpha] = material.baseColor;
  pbr.albedoColor = new Color3(red, green, blue);
  pbr.alpha = alpha;
  const texture = material.baseColorImage === undefined ? undefined : textures[material.baseColorImage];
  if (texture) {
    pbr.albedoTexture = texture;
    pbr.useAlphaFromAlbedoTexture = material.alphaMode !== 'opaque';
  }
  pbr.metallic = material.metallic;
  pbr.roughness = material.roughness;
  if (material.emissive) pbr.emissiveColor = new Color3(...material.emissive);
  // As glTF has it; Babylon's own meshes in a right-handed scene are wound the other way, and so is its default.
  pbr.sideOrientation = BabylonMaterial.CounterClockWiseSideOrientation;
  pbr.backFaceCulling = !material.doubleSided;
  pbr.twoSidedLighting = material.doubleSided;
  pbr.transparencyMode = TRANSPARENCY[material.alphaMode];
  pbr.alphaCutOff = material.alphaCutoff;
  return pbr;
}
