import { PBRMaterial } from '@babylonjs/core/Materials/PBR/pbrMaterial.js';
import { Color3 } from '@babylonjs/core/Maths/math.color.js';
import type { AbstractMesh } from '@babylonjs/core/Meshes/abstractMesh.js';
import type { Mesh } from '@babylonjs/core/Meshes/mesh.js';
import type { WorldScene } from '../../../engine/scene/createScene.ts';
import type { WorldModel } from '../../../engine/world/worldModel.ts';
import type { WorldManifest } from '../../../engine/world/worldSchema.ts';
import type { LayerName, LayerState } from '../viewerTypes.ts';
import type { BackdropDome } from './backdropDome.ts';
import { frustaLines } from './frusta.ts';
import { modelGeometry, objectColor } from './modelGeometry.ts';
import { createTintMesh, disposeTintMesh } from './tintMaterial.ts';

/** What can be switched of the world itself; each layer's meshes are made when it is first shown. */
export interface WorldLayers {
  states(): LayerState[];
  set(name: LayerName, visible: boolean): void;
  setOverlays(model: WorldModel | undefined): void;
}

const COLLIDER_EDGES: readonly [number, number, number, number] = [0.05, 0.07, 0.1, 1];
const NAVMESH: readonly [number, number, number, number] = [0.16, 0.62, 1, 1];
const FRUSTUM: readonly [number, number, number, number] = [1, 0.85, 0.35, 1];
const PATH: readonly [number, number, number, number] = [1, 0.5, 0.2, 1];
/** Multiplied with a completed part's colours. */
const INFERRED_TINT = new Color3(1, 0.28, 0.85);
const INFERRED_GLOW = new Color3(0.13, 0, 0.1);

const SHOWN_AT_FIRST: readonly LayerName[] = ['visual', 'pins', 'agents'];

export function createWorldLayers(
  { scene, nodes }: Pick<WorldScene, 'scene' | 'nodes'>,
  collider: WorldModel,
  manifest: WorldManifest | undefined,
  backdrop: BackdropDome | undefined,
): WorldLayers {
  const visible = new Set<LayerName>(SHOWN_AT_FIRST);
  const made = new Map<LayerName, Mesh[]>();
  const inferred = nodes
    .flatMap(node => node.getChildMeshes(true))
    .filter(mesh => (mesh.metadata as { inferred?: boolean } | null)?.inferred);
  const plain = new Map(inferred.map(mesh => [mesh, mesh.material]));
  const tinted = new Map<AbstractMesh, PBRMaterial>();
  let overlays: WorldModel | undefined;

  const overlay = (name: string) => overlays?.nodes.filter(node => node.name === name) ?? [];

  const makers: Partial<Record<LayerName, () => Mesh[]>> = {
    collider: () => {
      const faces = modelGeometry(collider.nodes, node => objectColor(collider.nodes.indexOf(node)));
      const edges = { ...faces, colors: new Float32Array(faces.colors.length) };
      for (let i = 0; i < edges.colors.length; i += 4) edges.colors.set(COLLIDER_EDGES, i);
      return [
        createTintMesh(scene, 'collider', faces, { opacity: 0.55, shaded: true, nearer: 0.0002 }),
        createTintMesh(scene, 'collider edges', edges, { opacity: 0.28, wireframe: true, nearer: 0.0003 }),
      ];
    },
    navmesh: () => {
      const faces = modelGeometry(overlay('navmesh'), () => NAVMESH);
      const edges = modelGeometry(overlay('navmesh'), () => [0.02, 0.2, 0.4, 1]);
      return [
        createTintMesh(scene, 'navmesh', faces, { opacity: 0.38, nearer: 0.0006 }),
        createTintMesh(scene, 'navmesh edges', edges, { opacity: 0.8, wireframe: true, nearer: 0.0007 }),
      ];
    },
    coverage: () => [
      createTintMesh(
        scene,
        'coverage',
        modelGeometry(overlay('coverage'), () => null),
        { opacity: 0.7, nearer: 0.0008 },
      ),
    ],
    cameras: () => [
      createTintMesh(scene, 'cameras', frustaLines(manifest?.cameras ?? [], FRUSTUM, PATH), {
        opacity: 0.9,
        lines: true,
      }),
    ],
  };

  function tint(mesh: AbstractMesh): PBRMaterial | null {
    const material = plain.get(mesh);
    if (!(material instanceof PBRMaterial)) return null;
    let copy = tinted.get(mesh);
    if (!copy) {
      copy = material.clone(`${material.name} inferred`);
      copy.albedoColor = material.albedoColor.multiply(INFERRED_TINT);
      copy.emissiveColor = INFERRED_GLOW;
      tinted.set(mesh, copy);
    }
    return copy;
  }

  function available(name: LayerName): boolean {
    if (name === 'navmesh' || name === 'coverage') return overlay(name).length > 0;
    if (name === 'cameras') return (manifest?.cameras.length ?? 0) > 0;
    if (name === 'inferred') return inferred.length > 0;
    return true;
  }

  function apply(name: LayerName): void {
    const show = visible.has(name) && available(name);
    if (name === 'visual') for (const node of nodes) node.setEnabled(show);
    if (name === 'inferred')
      for (const mesh of inferred) mesh.material = show ? tint(mesh) : (plain.get(mesh) ?? null);
    // Where what was seen is told from what was not, there is no place for what is no part of the world.
    backdrop?.setVisible(visible.has('visual') && !visible.has('inferred'));
    const make = makers[name];
    if (!make) return;
    const meshes = made.get(name) ?? (show ? make() : []);
    if (meshes.length > 0) made.set(name, meshes);
    for (const mesh of meshes) mesh.setEnabled(show);
  }

  return {
    states: () =>
      LAYERS.map(name => ({
        name,
        available: available(name),
        visible: visible.has(name) && available(name),
      })),
    set(name, show) {
      if (show) visible.add(name);
      else visible.delete(name);
      apply(name);
    },
    setOverlays(model) {
      overlays = model;
      for (const name of ['navmesh', 'coverage'] as const) {
        made.get(name)?.forEach(disposeTintMesh);
        made.delete(name);
        apply(name);
      }
    },
  };
}

const LAYERS: readonly LayerName[] = [
  'visual',
  'collider',
  'navmesh',
  'coverage',
  'cameras',
  'inferred',
  'pins',
  'agents',
];
