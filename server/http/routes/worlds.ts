import { z } from 'zod';
import { DirectorError } from '../../../engine/errors.ts';
import { newWorld, page, pageQuery, worldId, worldView } from '../../api/schemas.ts';
import type { FileLink, WorldView } from '../../api/types.ts';
import { type Route, route } from '../route.ts';
import type { Services } from '../services.ts';

const group = 'Worlds';
const params = z.object({ id: worldId });

export function worldRoutes({ studio }: Services): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/worlds',
      summary: 'All worlds, newest first',
      group,
      query: pageQuery,
      answers: { 200: page(worldView) },
      handle: ({ query }) => studio.listWorlds(query),
    }),
    route({
      method: 'post',
      path: '/api/worlds',
      summary: 'Make a world of an uploaded GLB',
      group,
      body: newWorld,
      answers: { 201: worldView },
      errors: ['UNKNOWN_ID', 'STATE_CONFLICT'],
      handle: ({ body }) => studio.createWorld(body.uploadId),
    }),
    route({
      method: 'get',
      path: '/api/worlds/:id',
      summary: 'A world and its files',
      group,
      params,
      answers: { 200: worldView },
      errors: ['UNKNOWN_ID'],
      handle: ({ params: { id } }) => studio.getWorld(id),
    }),
    route({
      method: 'get',
      path: '/api/worlds/:id/export.glb',
      summary: 'What is seen of a world, to open in other programs',
      group,
      params,
      answers: { 302: { description: "To the file's own address" } },
      errors: ['UNKNOWN_ID', 'FILE_UNKNOWN'],
      async handle({ params: { id }, response }) {
        response.redirect(302, `${visualOf(await studio.getWorld(id)).url}?download`);
      },
    }),
    route({
      method: 'get',
      path: '/api/worlds/:id/points.ply',
      summary: "A lifted world's coloured point cloud",
      group,
      params,
      answers: { 302: { description: "To the file's own address" } },
      errors: ['UNKNOWN_ID', 'FILE_UNKNOWN'],
      async handle({ params: { id }, response }) {
        const points = (await studio.getWorld(id)).files['points.ply'];
        if (!points)
          throw new DirectorError('FILE_UNKNOWN', `World ${id} has no point cloud.`, {
            suggestion: 'Only worlds that were lifted from a video have one; take export.glb.',
          });
        response.redirect(302, `${points.url}?download`);
      },
    }),
  ];
}

function visualOf(world: WorldView): FileLink {
  const bare = Object.entries(world.files).find(([name]) => name.endsWith('.glb'))?.[1];
  const visual = world.files['visual.glb'] ?? bare;
  if (!visual) throw new DirectorError('FILE_UNKNOWN', `World ${world.id} has no GLB.`);
  return visual;
}
