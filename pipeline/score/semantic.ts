import { zodResponseFormat } from 'openai/helpers/zod';
import sharp from 'sharp';
import { z } from 'zod';
import type { LongOptions } from '../../engine/progress.ts';
import { askModel } from '../language/askModel.ts';
import { decodeVideo } from '../video/decodeVideo.ts';
import { probeVideo } from '../video/probeVideo.ts';
import type { Semantic } from './scorecard.ts';
import { rounded } from './statistics.ts';
import { DEFAULT_VISION_MODEL } from './visionModel.ts';

export interface VisionOptions extends LongOptions {
  /** Only ever from the environment; never stored, never printed. */
  apiKey: string;
  /** Any server that speaks /v1/chat/completions with pictures; absent is api.openai.com. */
  baseUrl?: string | undefined;
  /** 'gpt-4.1-mini' where absent. */
  model?: string | undefined;
  /** First wait before a request is repeated; doubled each time. A test makes it short. */
  retryMilliseconds?: number;
}

const MOST_QUESTIONS = 8;
/** Frames shown, evenly over the video, and their long side: enough to tell what is there. */
const FRAMES = 6;
const LONG_SIDE_PIXELS = 512;

const questionsSchema = z.object({ questions: z.array(z.string().min(1)).min(1).max(MOST_QUESTIONS) });
const answersSchema = z.object({
  answers: z.array(
    z.object({
      /** Number of the question, from 1. */
      question: z.int(),
      answer: z.enum(['yes', 'no', 'cannot tell']),
      /** Numbers of the frames that show it, from 1. */
      frames: z.array(z.int()),
      evidence: z.string(),
    }),
  ),
});

/**
 * Turns a prompt into questions that a picture answers with yes or no, one for each thing, place, action, light and camera
 * move that it asks for. Asked once for all takes of a prompt, so that they are held to the same.
 * @throws what retryRequest throws; PROVIDER_FAILED for an answer that is not in the form asked for; CANCELLED
 */
export async function writeQuestions(prompt: string, options: VisionOptions): Promise<string[]> {
  const { questions } = await askModel(
    'the questions',
    modelOf(options),
    zodResponseFormat(questionsSchema, 'questions'),
    questionsSchema,
    [
      {
        role: 'system',
        content: `You check whether a video shows what its prompt asks for. Write at most ${MOST_QUESTIONS} questions that frames of the video answer with yes or no. Each is about one thing that the prompt names, and yes is what the prompt wants.`,
      },
      { role: 'user', content: prompt },
    ],
  );
  return questions;
}

/**
 * How far a video shows what its prompt asks for: the share of the questions that a vision model answers with yes, each
 * with what it saw and when.
 * @param questions of `writeQuestions`. @throws what writeQuestions and decodeVideo throw
 */
export async function scoreSemantics(
  video: string,
  questions: readonly string[],
  options: VisionOptions,
): Promise<Semantic> {
  const shown = await pickFrames(video, options);
  const list = questions.map((question, i) => `${i + 1}. ${question}`).join('\n');
  const times = shown.map(({ timeSeconds }, i) => `${i + 1} at ${timeSeconds.toFixed(2)} s`).join(', ');
  const { answers } = await askModel(
    `the answers about ${video}`,
    modelOf(options),
    zodResponseFormat(answersSchema, 'answers'),
    answersSchema,
    [
      {
        role: 'system',
        content:
          'You are shown frames of one video in order. Answer every question with yes, no or cannot tell, say in a few words what you see that decides it, and name the frames that show it.',
      },
      {
        role: 'user',
        content: [
          { type: 'text', text: `Frames: ${times}.\nQuestions:\n${list}` },
          ...shown.map(({ url }) => ({ type: 'image_url' as const, image_url: { url } })),
        ],
      },
    ],
  );
  const asked = questions.map((question, i): Semantic['questions'][number] => {
    const found = answers.find(answer => answer.question === i + 1);
    return {
      question,
      // A question that was passed over is not answered, neither well nor badly.
      answer: found?.answer ?? 'cannot tell',
      evidence: found?.evidence ?? '',
      atSeconds: (found?.frames ?? []).flatMap(frame => shown[frame - 1]?.timeSeconds ?? []),
    };
  });
  const told = asked.filter(({ answer }) => answer !== 'cannot tell');
  return {
    model: options.model ?? DEFAULT_VISION_MODEL,
    adherence:
      told.length > 0 ? rounded(told.filter(({ answer }) => answer === 'yes').length / told.length) : 0,
    confidence: rounded(told.length / Math.max(1, asked.length)),
    questions: asked,
  };
}

function modelOf(options: VisionOptions) {
  return { ...options, model: options.model ?? DEFAULT_VISION_MODEL };
}

async function pickFrames(
  video: string,
  options: LongOptions,
): Promise<{ timeSeconds: number; url: string }[]> {
  const { timesSeconds } = await probeVideo(video);
  const wanted = new Set(
    Array.from({ length: FRAMES }, (_, i) => Math.round((i * (timesSeconds.length - 1)) / (FRAMES - 1))),
  );
  const shown: { timeSeconds: number; url: string }[] = [];
  for await (const frame of decodeVideo(video, {
    format: 'rgb',
    maxLongSidePixels: LONG_SIDE_PIXELS,
    signal: options.signal,
  })) {
    if (!wanted.has(frame.index)) continue;
    const raw = { width: frame.width, height: frame.height, channels: 3 as const };
    const jpeg = await sharp(frame.pixels, { raw }).jpeg({ quality: 85 }).toBuffer();
    shown.push({
      timeSeconds: rounded(frame.timeSeconds),
      url: `data:image/jpeg;base64,${jpeg.toString('base64')}`,
    });
  }
  return shown;
}
