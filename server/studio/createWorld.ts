import { eq } from 'drizzle-orm';
import type { Queries } from '../db/database.ts';
import { newId } from '../db/newId.ts';
import { uploads, worlds } from '../db/schema.ts';
import { conflict, type StudioContext, unknownId } from './context.ts';
import type { ImportedWorld, NewUpload } from './studio.ts';

/** A world of an uploaded GLB. @throws UNKNOWN_ID; STATE_CONFLICT where the upload is a video */
export function createWorld({ database }: StudioContext, uploadId: string): Promise<string> {
  return database.transaction(async queries => {
    const [upload] = await queries.select().from(uploads).where(eq(uploads.id, uploadId));
    if (!upload) throw unknownId(uploadId);
    if (upload.kind !== 'world')
      throw conflict(
        `${uploadId} is a video, not a world.`,
        upload.kind,
        'Start a production from it, which lifts it.',
      );
    return insertWorld(queries, { name: upload.name, files: { 'world.glb': upload.file } });
  });
}

export function importWorld({ database }: StudioContext, world: ImportedWorld): Promise<string> {
  return database.transaction(queries => insertWorld(queries, world));
}

async function insertWorld(queries: Queries, { name, files }: ImportedWorld): Promise<string> {
  const id = newId('w');
  await queries.insert(worlds).values({ id, name, files, source: 'upload' });
  return id;
}

export async function createUpload({ database }: StudioContext, upload: NewUpload): Promise<string> {
  const id = newId('u');
  await database.transaction(async queries => {
    await queries.insert(uploads).values({ id, ...upload });
  });
  return id;
}
