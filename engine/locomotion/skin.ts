/**
 * Gap kept to every surface, metres. Havok merges near-coplanar triangles and misplaces contacts by up to 8.5 mm:
 * a smaller gap would start casts inside the surface, where they report nothing; a larger one shows under the feet.
 */
export const SKIN = 0.02;
