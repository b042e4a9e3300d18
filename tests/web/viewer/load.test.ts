import { describe, expect, it } from 'vitest';
import type { FileLink } from '../../../server/api/types.ts';
import { createEventHub } from '../../../web/viewer/eventHub.ts';
import { worldJob } from '../../../web/viewer/load/loadWorldInWorker.ts';

function link(name: string, bytes: number): FileLink {
  return { url: `/files/${name}`, sha256: name, bytes, mediaType: 'application/octet-stream' };
}

describe('worldJob', () => {
  it('takes the three files of a world folder and leaves the others', () => {
    const job = worldJob({
      'points.ply': link('points', 1000),
      'world.json': link('json', 3),
      'visual.glb': link('visual', 10),
      'collider.glb': link('collider', 5),
    });
    expect(job).toMatchObject({
      visual: '/files/visual',
      collider: '/files/collider',
      manifest: '/files/json',
      totalBytes: 18,
    });
  });

  it('takes a bare file for both', () => {
    const job = worldJob({ 'My House.glb': link('house', 7), 'preview.webp': link('preview', 1) });
    expect(job).toMatchObject({ visual: '/files/house', totalBytes: 7 });
    expect(job.collider).toBeUndefined();
    expect(job.manifest).toBeUndefined();
  });

  it('refuses a world that has nothing to show', () => {
    expect(() => worldJob({ 'points.ply': link('points', 1) })).toThrow(
      expect.objectContaining({ code: 'WORLD_UNREADABLE' }),
    );
  });
});

describe('event hub', () => {
  it('tells everyone until they leave', () => {
    const hub = createEventHub<{ step: number }>();
    const heard: string[] = [];
    const leave = hub.on('step', value => heard.push(`a${value}`));
    hub.on('step', value => heard.push(`b${value}`));
    hub.emit('step', 1);
    leave();
    hub.emit('step', 2);
    expect(heard).toEqual(['a1', 'b1', 'b2']);
  });
});
