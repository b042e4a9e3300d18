import { z } from 'zod';

/** world.json, the contract of a world folder (schema "sora-director/world@1"). Metres, seconds, +Y up. */

const vector3 = z.tuple([z.number(), z.number(), z.number()]);
const quaternion = z.tuple([z.number(), z.number(), z.number(), z.number()]);
const bounds = z.strictObject({ min: vector3, max: vector3 });

export const worldCameraSchema = z.strictObject({
  /** 0-based index in the video. */
  frame: z.int().min(0),
  /** Seconds from the video's start. */
  time: z.number().min(0),
  /** Camera centre, world frame, metres. */
  position: vector3,
  /** xyzw, camera-to-world; the camera looks down −Z with +Y up. */
  rotation: quaternion,
  fx: z.number().positive(),
  fy: z.number().positive(),
  cx: z.number(),
  cy: z.number(),
  width: z.int().positive(),
  height: z.int().positive(),
});

export const worldObjectSchema = z.strictObject({
  id: z.string().min(1),
  /** Name of the node in visual.glb. */
  node: z.string().min(1),
  bounds,
  motion: z.enum(['static', 'dynamic']),
  massKilograms: z.number().positive().optional(),
});

export const worldSchema = z.strictObject({
  schema: z.literal('sora-director/world@1'),
  units: z.literal('m'),
  up: z.literal('+Y'),
  source: z.strictObject({
    take: z.string().optional(),
    videoSha256: z.string().optional(),
    prompt: z.string().optional(),
    generator: z.string().optional(),
  }),
  scale: z.strictObject({
    source: z.enum(['camera-height', 'user', 'truth', 'assumed']),
    factor: z.number().positive(),
    confidence: z.number().min(0).max(1),
  }),
  cameras: z.array(worldCameraSchema),
  spawns: z.array(
    z.strictObject({ position: vector3, /** Radians about +Y, 0 looks down −Z. */ yaw: z.number() }),
  ),
  objects: z.array(worldObjectSchema),
  inferred: z.array(z.strictObject({ node: z.string(), primitive: z.int().min(0), what: z.string() })),
  quality: z
    .strictObject({
      framesTotal: z.int().min(0),
      framesRegistered: z.int().min(0),
      medianReprojectionErrorPixels: z.number().min(0),
      /** Share of the surface area that a camera saw, 0–1. */
      observedShare: z.number().min(0).max(1),
      dropped: z.array(z.strictObject({ what: z.string(), why: z.string(), count: z.int().min(0) })),
      /** Parts of the picture that were kept out of the world; `share` of the shown picture, 0–1. */
      masked: z
        .array(
          z.strictObject({
            what: z.string(),
            why: z.string(),
            share: z.number().min(0).max(1),
            /** x, y, width, height in pixels of the shown video. Of bars: the picture within them. */
            bounds: z.tuple([z.number(), z.number(), z.number(), z.number()]).optional(),
          }),
        )
        .optional(),
      /** Which shot of the video was lifted, from 1, where it has several. */
      shot: z.strictObject({ number: z.int().min(1), of: z.int().min(1) }).optional(),
    })
    .optional(),
});

export type WorldCamera = z.infer<typeof worldCameraSchema>;
export type WorldObject = z.infer<typeof worldObjectSchema>;
export type WorldManifest = z.infer<typeof worldSchema>;
