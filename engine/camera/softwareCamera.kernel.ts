/**
 * The software camera's inner loops: the doors of one WebAssembly module, because all of them work on one linear
 * memory. The host moves meshlets to the world (transform), draws shadow maps (shadowMap) and the picture's
 * triangles (draw, clip, record, raster, alphaMask), and has the samples shaded (resolve, interpolate, texture,
 * light, sunlight, encode).
 *
 * A visibility buffer (Burns & Hunt, "The Visibility Buffer", JCGT 2013): triangles are rasterised to depth
 * and a record number only, then every visible sample is shaded once from its record. Vertices are snapped to
 * 1/256 pixel and edge functions are exact integers with a top-left rule, so triangles that share an edge
 * neither overlap nor leave a gap. Depth and barycentric coordinates come from planes of the unsnapped
 * triangle in homogeneous form (Olano & Greer, "Triangle scan conversion using 2D homogeneous coordinates",
 * 1997), so they need no clipping; only coverage is clipped, at the near plane and at a guard band.
 *
 * Camera space here is x right, y down, z forward; picture coordinates have pixel (0,0) at its centre.
 * The host owns the memory; kernel/layout.as.ts says what lies in it.
 */

/** Where the host may allocate: behind the blocks of layout.as.ts. */
export { __heap_base };

export { drawMeshlets } from './kernel/draw.as';
export { countRecords, setGeometry, setShades } from './kernel/geometry.as';
export { LIGHT, NODE_MATRIX, PLANES, POINTS, RAYS, SUN, VIEW } from './kernel/layout.as';
export { shadeQuad, shadeSingle, writeDepthAndNode } from './kernel/resolve.as';
export { setSampleBuffers, setShading } from './kernel/samples.as';
export { drawShadows, quantizeHeights } from './kernel/shadowMap.as';
export { clearTarget, fillDepth, setProjection, setTarget } from './kernel/target.as';
export { transformMeshlets } from './kernel/transform.as';
