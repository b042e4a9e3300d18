import { eq } from 'drizzle-orm';
import { DirectorError, toDirectorError } from '../../engine/errors.ts';
import { createProvider, PROVIDER_DEFAULTS } from '../../pipeline/generate/providers.ts';
import type { NewProduction, ProductionOptions } from '../api/types.ts';
import type { Queries } from '../db/database.ts';
import { newId } from '../db/newId.ts';
import { iterations, productions, steps, type UploadRow, uploads } from '../db/schema.ts';
import type { StoredFile } from '../files/fileStore.ts';
import { announceProduction } from '../jobs/announceProduction.ts';
import { goOn } from '../jobs/goOn.ts';
import { conflict, type StudioContext, unknownId } from './context.ts';

/** As `direct` and `test` have them. */
const DEFAULTS = {
  seed: 1,
  provider: 'procedural',
  quality: 'standard',
  agents: 16,
  testSeconds: 120,
} as const;
const UPLOADED_TAKE = 'take-01';

/**
 * A production and the job of its first step, or neither.
 * @throws UNKNOWN_ID of the upload; what the provider says about the wish, before anything is queued.
 */
export async function createProduction(context: StudioContext, wish: NewProduction): Promise<string> {
  const { uploadId } = wish;
  const options = optionsOf(wish);
  const model = await checkProvider(wish.prompt, options);
  const id = newId('p');
  await context.database.transaction(async queries => {
    const upload = uploadId === undefined ? undefined : await uploadedVideo(queries, uploadId);
    await queries.insert(productions).values({
      id,
      prompt: wish.prompt,
      source: upload ? 'video' : 'prompt',
      options,
      model,
      through: wish.through ?? 'revise',
      autopilot: wish.autopilot ?? 1,
      state: 'running',
    });
    await queries.insert(iterations).values({ productionId: id, iteration: 1, prompt: wish.prompt });
    if (upload) await recordUpload(queries, id, upload.file);
    await goOn(queries, context.queue, id);
  });
  await announceProduction(context.database, context.bus, id);
  return id;
}

function optionsOf(wish: NewProduction): ProductionOptions {
  const provider = wish.provider ?? DEFAULTS.provider;
  const defaults = { ...DEFAULTS, ...PROVIDER_DEFAULTS[provider] };
  return {
    takes: wish.takes ?? defaults.takes,
    seconds: wish.seconds ?? defaults.seconds,
    width: wish.width ?? defaults.width,
    height: wish.height ?? defaults.height,
    framesPerSecond: wish.framesPerSecond ?? defaults.framesPerSecond,
    seed: wish.seed ?? defaults.seed,
    provider,
    quality: wish.quality ?? defaults.quality,
    agents: wish.agents ?? defaults.agents,
    testSeconds: wish.testSeconds ?? defaults.testSeconds,
  };
}

/** What the provider cannot do is said now, not by a job that fails. @returns its model. */
async function checkProvider(prompt: string, options: ProductionOptions): Promise<string> {
  const { provider: name, seconds, width, height, framesPerSecond, seed } = options;
  try {
    const provider = await createProvider(name);
    await provider.validate({ prompt, seconds, width, height, framesPerSecond, seed });
    return provider.model;
  } catch (thrown) {
    const error = toDirectorError(thrown);
    // What is a slip on the command line is one in the request here.
    if (error.code === 'USAGE') throw new DirectorError('REQUEST_INVALID', error.message, { cause: error });
    throw error;
  }
}

async function uploadedVideo(queries: Queries, uploadId: string): Promise<UploadRow> {
  const [upload] = await queries.select().from(uploads).where(eq(uploads.id, uploadId));
  if (!upload) throw unknownId(uploadId);
  if (upload.kind !== 'video')
    throw conflict(
      `${uploadId} is a ${upload.kind}, not a video.`,
      upload.kind,
      'Make a world of it instead.',
    );
  return upload;
}

/** The uploaded video is the first iteration's only take: its first step is done. */
async function recordUpload(queries: Queries, productionId: string, file: StoredFile): Promise<void> {
  const video = `iteration-01/takes/${UPLOADED_TAKE}${extensionOf(file.mediaType)}`;
  await queries.insert(steps).values({
    productionId,
    iteration: 1,
    step: 'generate',
    output: { generated: { takes: [{ take: UPLOADED_TAKE, video, sha256: file.sha256 }], failed: [] } },
    files: { [video]: file },
  });
}

function extensionOf(mediaType: string): string {
  const extension = {
    'video/mp4': '.mp4',
    'video/quicktime': '.mov',
    'video/webm': '.webm',
    'video/matroska': '.mkv',
    'image/gif': '.gif',
  }[mediaType];
  if (!extension)
    throw new DirectorError('VIDEO_UNREADABLE', `A file of type ${mediaType} is no video that can be read.`);
  return extension;
}
