/** What a world may be at most. Beyond these a laptop runs out of memory or floating point out of digits. */

/** Bytes of one file. Node reads at most 2 GiB at once; half of that leaves room for the decoded copy. */
export const MAX_FILE_BYTES = 2 ** 30;

/** Triangles of the whole world, instances counted each: 20 million take about 1 GB as positions and indices. */
export const MAX_TRIANGLES = 20_000_000;

/** Bytes that all accessors decode to, which a sparse or compressed accessor can blow up from a few. */
export const MAX_ACCESSOR_BYTES = 2 ** 31;

/** Nodes of the scene, instances counted each. */
export const MAX_NODES = 200_000;

/** Largest coordinate in metres: beyond 100 km a 32-bit float steps by more than 8 mm and physics shakes. */
export const MAX_COORDINATE_METERS = 100_000;

/** Pixels of all images together: 256 megapixels are 1 GiB as rgba. */
export const MAX_IMAGE_PIXELS = 2 ** 28;
