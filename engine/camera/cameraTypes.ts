/** Linear-light red, green, blue; 0 is black, 1 is what an exposure of 1 shows as white. */
export type LinearRgb = readonly [number, number, number];

/** Where a picture is taken from. */
export interface CameraView {
  /** 4×4 column-major rigid transform, glTF axes: the camera looks down −Z, +Y is up in the picture. */
  worldFromCamera: Float64Array;
  /** Focal lengths and principal point in pixels: x_pixel = fx·X/Z + cx, pixel (0,0) is the CENTRE of the top-left pixel. */
  fx: number;
  fy: number;
  cx: number;
  cy: number;
  width: number;
  height: number;
  /** Nothing nearer than this along the viewing axis is drawn; default 0.02. */
  nearMeters?: number;
}

export interface PointLight {
  /** World frame, metres. */
  position: readonly [number, number, number];
  /** What a white surface facing the light at distance 0 would give off. */
  color: LinearRgb;
  /** The light falls smoothly, as (1 − (d/radius)²)², to nothing at this distance. */
  radiusMeters: number;
}

/** Everything that shines. A colour is the radiance of a white diffuse surface that the light hits squarely. */
export interface Lighting {
  /** Points TOWARDS the sun, world frame; any length above 0. */
  sunDirection: readonly [number, number, number];
  sunColor: LinearRgb;
  /** Ambient light on surfaces facing straight up and straight down; mixed by the normal in between. */
  skyAmbient: LinearRgb;
  groundAmbient: LinearRgb;
  /** Seen where there is no surface, mixed by the ray's elevation; the fog does not dim it. */
  background: { zenith: LinearRgb; horizon: LinearRgb };
  fogColor: LinearRgb;
  /** Exponential: a surface d metres away keeps exp(−density·d) of its light. 0 is no fog. */
  fogDensityPerMeter: number;
  /** Whether the sun casts shadows. */
  shadows: boolean;
  /** At most 8. */
  pointLights?: readonly PointLight[];
  /** Multiplies the linear light before the sRGB curve; 1 is neutral. */
  exposure: number;
}

/** One picture. The arrays belong to the caller; rows run from the top. */
export interface RenderedFrame {
  width: number;
  height: number;
  /** rgba, sRGB, alpha 255. */
  color: Uint8Array;
  /** Metres along the viewing axis at the pixel's centre, Infinity where nothing. */
  depth: Float32Array;
  /** Index into world.nodes plus 1 at the pixel's centre, 0 where nothing. */
  nodeId: Uint16Array;
}
