import * as recast from 'recast-navigation';
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

export interface SoloNavmeshResult {
  success: boolean;
  error?: string;
  intermediates: { polyMesh?: PolyMesh };
}

export const initRecast = (recast as unknown as { init: () => Promise<void> }).init;

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
