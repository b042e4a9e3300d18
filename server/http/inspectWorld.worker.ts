import { serveThread } from '../../engine/thread/serveThread.ts';
import { loadWorld } from '../../engine/world/loadWorld.ts';

await serveThread(async (path: string) => {
  await loadWorld(path, { decodeImages: false });
  return null;
});
