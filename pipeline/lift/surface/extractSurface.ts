import type { SignedDistanceGrid } from './fuseDepthMaps.ts';

/** An indexed triangle mesh, metric frame. */
export interface SurfaceMesh {
  /** xyz per vertex. */
  positions: Float32Array;
  /** Three per triangle, counter-clockwise seen from free space. */
  indices: Uint32Array;
}

/**
 * Surface nets (Gibson 1998): one vertex in each cell that the surface crosses, at the mean of its edge
 * crossings, and one quad across each crossed grid edge. Chosen over marching cubes for its even triangles and
 * because flat walls come out flat.
 * @param minimumWeight summed confidence that all eight corners of a cell need, at most 15.
 */
export function extractSurface(grid: SignedDistanceGrid, minimumWeight: number): SurfaceMesh {
  const { slots, size, blocks, distances, support, voxelMeters, origin } = grid;
  const count = blocks.length / 3;
  const least = 16 * minimumWeight;
  const vertexOf = new Int32Array(512 * count).fill(-1);
  const positions: number[] = [];
  const values = new Float32Array(729);

  const slotAt = (x: number, y: number, z: number) =>
    x < 0 || y < 0 || z < 0 || x >= size[0] || y >= size[1] || z >= size[2]
      ? -1
      : slots[(z * size[1] + y) * size[0] + x];

  /** Copies a block and the first layer of its upper neighbours into 9³ values; NaN where not seen enough. */
  const gather = (block: number): boolean => {
    let negative = false;
    let positive = false;
    for (let oz = 0; oz < 2; oz++)
      for (let oy = 0; oy < 2; oy++)
        for (let ox = 0; ox < 2; ox++) {
          const slot = slotAt(blocks[3 * block] + ox, blocks[3 * block + 1] + oy, blocks[3 * block + 2] + oz);
          const nx = ox ? 1 : 8;
          const ny = oy ? 1 : 8;
          const nz = oz ? 1 : 8;
          for (let z = 0; z < nz; z++)
            for (let y = 0; y < ny; y++)
              for (let x = 0; x < nx; x++) {
                const target = ((z + 8 * oz) * 9 + y + 8 * oy) * 9 + x + 8 * ox;
                const at = slot * 512 + (z * 8 + y) * 8 + x;
                if (slot < 0 || support[at] < least) {
                  values[target] = Number.NaN;
                  continue;
                }
                values[target] = distances[at];
                if (distances[at] < 0) negative = true;
                else positive = true;
              }
        }
    return negative && positive;
  };

  const corners = [0, 1, 9, 10, 81, 82, 90, 91];
  const edges = [0, 1, 2, 3, 4, 5, 6, 7, 0, 2, 1, 3, 4, 6, 5, 7, 0, 4, 1, 5, 2, 6, 3, 7];
  const active: number[] = [];
  for (let block = 0; block < count; block++) {
    if (!gather(block)) continue;
    active.push(block);
    for (let z = 0; z < 8; z++)
      for (let y = 0; y < 8; y++)
        for (let x = 0; x < 8; x++) {
          const base = (z * 9 + y) * 9 + x;
          let below = 0;
          let known = true;
          for (let c = 0; c < 8; c++) {
            const v = values[base + corners[c]];
            if (Number.isNaN(v)) {
              known = false;
              break;
            }
            if (v < 0) below++;
          }
          if (!known || below === 0 || below === 8) continue;
          let sx = 0;
          let sy = 0;
          let sz = 0;
          let crossings = 0;
          for (let e = 0; e < 24; e += 2) {
            const a = edges[e];
            const b = edges[e + 1];
            const va = values[base + corners[a]];
            const vb = values[base + corners[b]];
            if (va < 0 === vb < 0) continue;
            const t = va / (va - vb);
            sx += (a & 1) + t * ((b & 1) - (a & 1));
            sy += ((a >> 1) & 1) + t * (((b >> 1) & 1) - ((a >> 1) & 1));
            sz += (a >> 2) + t * ((b >> 2) - (a >> 2));
            crossings++;
          }
          vertexOf[block * 512 + (z * 8 + y) * 8 + x] = positions.length / 3;
          positions.push(
            origin[0] + voxelMeters * (8 * blocks[3 * block] + x + sx / crossings),
            origin[1] + voxelMeters * (8 * blocks[3 * block + 1] + y + sy / crossings),
            origin[2] + voxelMeters * (8 * blocks[3 * block + 2] + z + sz / crossings),
          );
        }
  }

  const vertexAt = (block: number, x: number, y: number, z: number): number => {
    let slot = block;
    if (x < 0 || y < 0 || z < 0)
      slot = slotAt(
        blocks[3 * block] - (x < 0 ? 1 : 0),
        blocks[3 * block + 1] - (y < 0 ? 1 : 0),
        blocks[3 * block + 2] - (z < 0 ? 1 : 0),
      );
    return slot < 0 ? -1 : vertexOf[slot * 512 + ((z & 7) * 8 + (y & 7)) * 8 + (x & 7)];
  };

  const indices: number[] = [];
  // Per axis of the crossed edge: the two axes across it, right-handed, so that the quad turns about the axis.
  const steps = [
    { axis: 1, u: [0, 1, 0], v: [0, 0, 1] },
    { axis: 9, u: [0, 0, 1], v: [1, 0, 0] },
    { axis: 81, u: [1, 0, 0], v: [0, 1, 0] },
  ];
  for (const block of active) {
    gather(block);
    for (let z = 0; z < 8; z++)
      for (let y = 0; y < 8; y++)
        for (let x = 0; x < 8; x++) {
          const base = (z * 9 + y) * 9 + x;
          const here = values[base];
          if (Number.isNaN(here)) continue;
          for (const { axis, u, v } of steps) {
            const there = values[base + axis];
            if (Number.isNaN(there) || here < 0 === there < 0) continue;
            const a = vertexAt(block, x - u[0] - v[0], y - u[1] - v[1], z - u[2] - v[2]);
            const b = vertexAt(block, x - v[0], y - v[1], z - v[2]);
            const c = vertexAt(block, x, y, z);
            const d = vertexAt(block, x - u[0], y - u[1], z - u[2]);
            if (a < 0 || b < 0 || c < 0 || d < 0) continue;
            // The quad a-b-c-d turns counter-clockwise about +axis: free space lies ahead where `there` is positive.
            if (there > 0) indices.push(a, b, c, a, c, d);
            else indices.push(a, c, b, a, d, c);
          }
        }
  }
  return { positions: Float32Array.from(positions), indices: Uint32Array.from(indices) };
}
