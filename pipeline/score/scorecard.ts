import { z } from 'zod';

/** What `score` says of videos; docs/scores.md defines each dimension. */

export const DIMENSION_NAMES = [
  'sharpness',
  'exposure',
  'flicker',
  'motionSmoothness',
  'epipolarConsistency',
  'parallax',
] as const;
export type DimensionName = (typeof DIMENSION_NAMES)[number];

export const dimensionSchema = z.object({
  /** 0 to 1, higher is better. */
  score: z.number().min(0).max(1),
  /** The measurement itself. */
  value: z.number(),
  unit: z.string(),
  /** 0 to 1: how much of the video the measurement rests on. */
  confidence: z.number().min(0).max(1),
});

/** What was found in a video, in the shape of a test's violations; `position` is the origin, as a video has no metres. */
export const videoViolationSchema = z.object({
  id: z.string(),
  type: z.enum(['view-inconsistency', 'pop', 'flicker', 'frozen', 'cut', 'no-parallax']),
  severity: z.enum(['error', 'warning', 'info']),
  confidence: z.number().min(0).max(1),
  position: z.tuple([z.number(), z.number(), z.number()]),
  /** Seconds from the video's start. */
  time: z.number(),
  message: z.string(),
  evidence: z.record(z.string(), z.unknown()),
  replay: z.object({ video: z.string(), fromSeconds: z.number(), toSeconds: z.number() }),
});

export const scorecardSchema = z.object({
  video: z.string(),
  /** 1 is the best. */
  rank: z.int().min(1),
  overall: z.number().min(0).max(1),
  dimensions: z.object({
    sharpness: dimensionSchema,
    exposure: dimensionSchema,
    flicker: dimensionSchema,
    motionSmoothness: dimensionSchema,
    epipolarConsistency: dimensionSchema,
    parallax: dimensionSchema,
  }),
  liftable: z.object({ ok: z.boolean(), reason: z.string() }),
  violations: z.array(videoViolationSchema),
});

export const scoresSchema = z.object({ takes: z.array(scorecardSchema) });

export type Dimension = z.infer<typeof dimensionSchema>;
export type VideoViolation = z.infer<typeof videoViolationSchema>;
export type Scorecard = z.infer<typeof scorecardSchema>;
export type Scores = z.infer<typeof scoresSchema>;
