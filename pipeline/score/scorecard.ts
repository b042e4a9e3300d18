import { z } from 'zod';

/** What `score` says of videos; docs/scores.md defines each dimension. */

export const DIMENSION_GROUPS = {
  picture: ['sharpness', 'exposure', 'noise', 'blockiness', 'banding', 'deadPixels', 'overlays'],
  time: ['flicker', 'motionSmoothness', 'freezes', 'cuts', 'cameraShake', 'dynamicDegree'],
  space: ['epipolarConsistency', 'photometricConsistency', 'objectPermanence'],
  depth: ['parallax', 'movers'],
  sound: ['loudness', 'avSync'],
} as const;
export type GroupName = keyof typeof DIMENSION_GROUPS;
export const GROUP_NAMES = Object.keys(DIMENSION_GROUPS) as GroupName[];

export const DIMENSION_NAMES = [
  ...DIMENSION_GROUPS.picture,
  ...DIMENSION_GROUPS.time,
  ...DIMENSION_GROUPS.space,
  ...DIMENSION_GROUPS.depth,
  ...DIMENSION_GROUPS.sound,
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
  /** Stretches of the video where it is bad, in order of time, seconds; empty where it is bad nowhere or throughout alike. */
  where: z.array(z.object({ fromSeconds: z.number(), toSeconds: z.number() })).optional(),
});

/** What was found in a video, in the shape of a test's violations; `position` is the origin, as a video has no metres. */
export const videoViolationSchema = z.object({
  id: z.string(),
  type: z.enum(['view-inconsistency', 'pop', 'flicker', 'frozen', 'cut', 'no-parallax', 'av-desync']),
  severity: z.enum(['error', 'warning', 'info']),
  confidence: z.number().min(0).max(1),
  position: z.tuple([z.number(), z.number(), z.number()]),
  /** Seconds from the video's start. */
  time: z.number(),
  message: z.string(),
  evidence: z.record(z.string(), z.unknown()),
  replay: z.object({ video: z.string(), fromSeconds: z.number(), toSeconds: z.number() }),
});

/** What a vision model saw of the prompt; only where it was asked. */
export const semanticSchema = z.object({
  model: z.string(),
  /** Share of the questions answered with yes, of those that could be answered. */
  adherence: z.number().min(0).max(1),
  /** Share of the questions that could be answered. */
  confidence: z.number().min(0).max(1),
  questions: z.array(
    z.object({
      question: z.string(),
      answer: z.enum(['yes', 'no', 'cannot tell']),
      evidence: z.string(),
      /** Times of the frames that show it. */
      atSeconds: z.array(z.number()),
    }),
  ),
});

export const scorecardSchema = z.object({
  video: z.string(),
  /** 1 is the best. */
  rank: z.int().min(1),
  overall: z.number().min(0).max(1),
  /** A dimension that does not apply is absent: sound without a track. */
  dimensions: z.partialRecord(z.enum(DIMENSION_NAMES), dimensionSchema),
  /** Each group's dimensions taken together, 0 to 1. Cards of before they existed have none. */
  groups: z.partialRecord(z.enum(GROUP_NAMES), z.number().min(0).max(1)).default({}),
  /** What lowers `overall` most, in words, the worst first. */
  reasons: z.array(z.string()).default([]),
  liftable: z.object({
    ok: z.boolean(),
    reason: z.string(),
    /** That a lift succeeds, 0 to 1. */
    probability: z.number().min(0).max(1).optional(),
    /** How good a world to expect where it does, 0 to 1. */
    quality: z.number().min(0).max(1).optional(),
  }),
  semantic: semanticSchema.optional(),
  violations: z.array(videoViolationSchema),
});

export const scoresSchema = z.object({ takes: z.array(scorecardSchema) });

export type Dimension = z.infer<typeof dimensionSchema>;
export type Dimensions = Partial<Record<DimensionName, Dimension>>;
export type VideoViolation = z.infer<typeof videoViolationSchema>;
export type Scorecard = z.infer<typeof scorecardSchema>;
export type Semantic = z.infer<typeof semanticSchema>;
export type Scores = z.infer<typeof scoresSchema>;
