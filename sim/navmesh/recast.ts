import * as recastCore from 'recast-navigation';
import * as generators from 'recast-navigation/generators';

/**
 * The part of recast-navigation that we call. The package's own declarations re-export without file
 * extensions, which TypeScript does not follow in ES modules, so the shapes are written out here.
 */
export interface SoloNavmeshConfig {
  cs: number;
  ch: number;
  walkableSlopeAngle: number;
  walkableHeight: number;
  walkableClimb: number;
  walkableRadius: number;
  maxEdgeLen: number;
  maxSimplificationError: number;
  minRegionArea: number;
  mergeRegionArea: number;
  maxVertsPerPoly: number;
  detailSampleDist: number;
  detailSampleMaxError: number;
  buildBvTree: boolean;
}

export interface PolyMesh {
  nverts(): number;
  npolys(): number;
  nvp(): number;
  bmin(): { x: number; y: number; z: number };
  verts(index: number): number;
  polys(index: number): number;
}

/** Rows of four numbers in one list: of a mesh first vertex, vertices, first triangle, triangles; of a triangle three vertices, flags. */
export interface PolyMeshDetail {
  nmeshes(): number;
  meshes(index: number): number;
  verts(index: number): number;
  tris(index: number): number;
}

export interface SoloNavmeshResult {
  success: boolean;
  error?: string;
  navMesh?: { destroy(): void };
  intermediates: {
    heightfield?: object;
    compactHeightfield?: object;
    contourSet?: object;
    polyMesh?: PolyMesh;
    polyMeshDetail?: PolyMeshDetail;
  };
}

const recast = recastCore as unknown as {
  init: () => Promise<void>;
  freeHeightfield: (of: object) => void;
  freeCompactHeightfield: (of: object) => void;
  freeContourSet: (of: object) => void;
  freePolyMesh: (of: object) => void;
  freePolyMeshDetail: (of: object) => void;
};

export const initRecast = recast.init;

/** Gives the memory of a build back to Recast's heap. */
export function freeSoloNavmesh({ navMesh, intermediates }: SoloNavmeshResult): void {
  const { heightfield, compactHeightfield, contourSet, polyMesh, polyMeshDetail } = intermediates;
  if (heightfield) recast.freeHeightfield(heightfield);
  if (compactHeightfield) recast.freeCompactHeightfield(compactHeightfield);
  if (contourSet) recast.freeContourSet(contourSet);
  if (polyMesh) recast.freePolyMesh(polyMesh);
  if (polyMeshDetail) recast.freePolyMeshDetail(polyMeshDetail);
  navMesh?.destroy();
}

export const generateSoloNavmesh = (
  generators as unknown as {
    generateSoloNavMesh: (
      positions: Float32Array,
      indices: Uint32Array,
      config: SoloNavmeshConfig,
      keepIntermediates: true,
    ) => SoloNavmeshResult;
  }
).generateSoloNavMesh;
