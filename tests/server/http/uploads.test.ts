import { createHash, randomBytes } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { UploadView } from '../../../server/api/types.ts';
import { triangle } from '../../engine/world/glbBytes.ts';
import { walk, writeSyntheticVideo } from '../../pipeline/generate/syntheticVideo.ts';
import { postJson, smallWorld, startTestServer, type TestServer } from './testServer.ts';

let server: TestServer;
let video: Buffer<ArrayBuffer>;
let world: Uint8Array;
beforeAll(async () => {
  server = await startTestServer();
  const path = join(server.dataFolder, 'walk.mp4');
  await writeSyntheticVideo(path, { frames: 12, width: 128, height: 72, framesPerSecond: 12, pose: walk });
  video = Buffer.from(await readFile(path));
  world = await smallWorld();
});
afterAll(() => server.remove());

function send(bytes: Uint8Array, name: string, type = 'application/octet-stream') {
  const form = new FormData();
  form.append('note', 'a field that is no file');
  form.append('file', new Blob([Uint8Array.from(bytes)], { type }), name);
  return fetch(`${server.url}/api/uploads`, { method: 'POST', body: form });
}

async function stored(): Promise<string[]> {
  const entries = await readdir(join(server.dataFolder, 'files'), { recursive: true, withFileTypes: true });
  return entries.filter(entry => entry.isFile()).map(entry => entry.name);
}

describe('uploads', () => {
  it('takes a video as a form and tells what it is like', async () => {
    const response = await send(video, 'my walk.mp4', 'video/mp4');
    expect(response.status).toBe(201);
    const upload = (await response.json()) as UploadView;
    expect(upload).toMatchObject({
      name: 'my walk.mp4',
      kind: 'video',
      video: { width: 128, height: 72, seconds: 1, framesPerSecond: 12 },
      file: {
        bytes: video.length,
        sha256: createHash('sha256').update(video).digest('hex'),
        mediaType: 'video/mp4',
      },
    });
    expect(await (await fetch(`${server.url}/api/uploads/${upload.id}`)).json()).toEqual(upload);
    const back = Buffer.from(await (await fetch(server.url + upload.file.url)).arrayBuffer());
    expect(back.equals(video)).toBe(true);
  });

  it('takes a GLB as the body itself, and makes a world of it', async () => {
    const response = await fetch(`${server.url}/api/uploads?name=place.glb`, {
      method: 'POST',
      headers: { 'content-type': 'model/gltf-binary' },
      body: Uint8Array.from(world),
    });
    const upload = (await response.json()) as UploadView;
    expect(upload).toMatchObject({ name: 'place.glb', kind: 'world', video: null });
    const made = await postJson(`${server.url}/api/worlds`, { uploadId: upload.id });
    expect(made.status).toBe(201);
    const { id } = (await made.json()) as { id: string };
    const exported = await fetch(`${server.url}/api/worlds/${id}/export.glb`);
    expect(exported.headers.get('content-disposition')).toContain('attachment');
    expect(Buffer.from(await exported.arrayBuffer()).equals(world)).toBe(true);
    const points = await fetch(`${server.url}/api/worlds/${id}/points.ply`);
    expect(await points.json()).toMatchObject({ error: { code: 'FILE_UNKNOWN' } });
  });

  it('names a file by what it is, and never by a path', async () => {
    const shown = async (bytes: Uint8Array, name: string) =>
      ((await (await send(bytes, name)).json()) as UploadView).name;
    expect(await shown(video, '../../../etc/page.html')).toBe('page.html.mp4');
    expect(await shown(video, '..')).toBe('upload.mp4');
    expect(await shown(world, 'C:\\worlds\\place.exe')).toBe('place.exe.glb');
    for (const name of await stored()) expect(name).toMatch(/^[0-9a-f]{64}$/);
  });

  it('refuses what is no video and no world, keeps nothing of it, and tells no path of its own', async () => {
    const before = await stored();
    const refused = async (bytes: Uint8Array, name: string, status: number, code: string) => {
      const response = await send(bytes, name);
      const text = await response.text();
      expect(text).toContain(`"code":"${code}"`);
      expect(response.status).toBe(status);
      expect(text).not.toContain('incoming');
      expect(text).not.toContain(server.dataFolder);
      expect(JSON.parse(text).error.message).toContain(name);
    };
    await refused(Buffer.from('{"a": 1}'), 'a.json', 415, 'VIDEO_UNREADABLE');
    await refused(video.subarray(0, video.length >> 1), 'half.mp4', 415, 'VIDEO_UNREADABLE');
    await refused(randomBytes(5000), 'noise.webm', 415, 'VIDEO_UNREADABLE');
    await refused(Buffer.alloc(0), 'nothing.mp4', 422, 'INPUT_EMPTY');
    await refused(Buffer.from(world).subarray(0, 200), 'cut.glb', 415, 'WORLD_UNREADABLE');
    await refused(triangle({ meshes: [{}] }).bytes, 'broken.glb', 422, 'WORLD_INVALID');
    expect(await stored()).toEqual(before);
  });

  it('refuses another kind of body, an empty form and a torn one', async () => {
    const post = (type: string, body: string) =>
      fetch(`${server.url}/api/uploads`, { method: 'POST', headers: { 'content-type': type }, body });
    const typed = await post('application/json', '{}');
    expect(typed.status).toBe(415);
    expect(await typed.json()).toMatchObject({ error: { code: 'CONTENT_TYPE_WRONG' } });
    for (const [type, body] of [
      ['multipart/form-data', 'x'],
      ['multipart/form-data; boundary=b', '--b--\r\n'],
      ['multipart/form-data; boundary=b', 'rubbish'],
      [
        'multipart/form-data; boundary=b',
        '--b\r\nContent-Disposition: form-data; name="file"; filename="a.mp4"\r\n\r\nhalf',
      ],
    ]) {
      const response = await post(type, body);
      expect(await response.json()).toMatchObject({
        error: { code: expect.stringMatching(/^(?:REQUEST_INVALID|INPUT_UNREADABLE)$/) },
      });
      expect(response.status).toBeLessThan(500);
    }
  });

  it('keeps nothing of a sender who goes away, and goes on', async () => {
    const before = await stored();
    for (const type of ['video/mp4', 'multipart/form-data; boundary=b'])
      await new Promise<void>(resolve => {
        const call = httpRequest(`${server.url}/api/uploads`, {
          method: 'POST',
          headers: { 'content-type': type, 'content-length': 1_000_000 },
        });
        call.on('error', () => resolve());
        call.on('close', () => resolve());
        call.write('--b\r\nContent-Disposition: form-data; name="f"; filename="a.mp4"\r\n\r\n');
        call.write(video, () => call.destroy());
      });
    await expect.poll(stored).toEqual(before);
    expect((await send(video, 'again.mp4')).status).toBe(201);
  });

  it('stops reading at the limit and keeps nothing', async () => {
    const before = await stored();
    const chunk = Buffer.alloc(2 ** 20);
    const head = Buffer.from('glTF\x02\0\0\0');
    // Sent in chunks, so that no header tells the length beforehand.
    const answer = await new Promise<{ status: number | undefined; text: string; sent: number }>(
      (resolve, reject) => {
        let sent = 0;
        const call = httpRequest(
          `${server.url}/api/uploads?name=huge.glb`,
          {
            method: 'POST',
            headers: { 'content-type': 'model/gltf-binary', 'transfer-encoding': 'chunked' },
          },
          response => {
            let text = '';
            response.setEncoding('utf8').on('data', part => {
              text += part;
            });
            response.on('end', () => {
              resolve({ status: response.statusCode, text, sent });
              call.destroy();
            });
          },
        );
        call.on('error', reject);
        call.write(head);
        const more = () => {
          while (!call.destroyed && sent < 400) {
            sent++;
            if (!call.write(chunk)) {
              call.once('drain', more);
              return;
            }
          }
        };
        more();
      },
    );
    expect(answer.status).toBe(413);
    expect(answer.text).toContain('"code":"INPUT_TOO_LARGE"');
    expect(answer.text).toContain('256 MiB');
    expect(await stored()).toEqual(before);
  });

  it('refuses a length beyond every limit before it is sent', async () => {
    const answer = await new Promise<number | undefined>((resolve, reject) => {
      const call = httpRequest(
        `${server.url}/api/uploads`,
        { method: 'POST', headers: { 'content-type': 'video/mp4', 'content-length': 2 ** 40 } },
        response => {
          resolve(response.statusCode);
          call.destroy();
        },
      );
      call.on('error', reject);
      call.write('x');
    });
    expect(answer).toBe(413);
  });
});

describe('stored files', () => {
  let url: string;
  beforeAll(async () => {
    const upload = (await (await send(video, 'walk.mp4')).json()) as UploadView;
    url = server.url + upload.file.url;
  });

  it('may be kept for good, and asked for again by their tag', async () => {
    const response = await fetch(url);
    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(response.headers.get('content-type')).toBe('video/mp4');
    expect(response.headers.get('accept-ranges')).toBe('bytes');
    await response.arrayBuffer();
    const etag = response.headers.get('etag') ?? '';
    const again = await fetch(url, { headers: { 'if-none-match': `W/"other", ${etag}` } });
    expect(again.status).toBe(304);
    expect((await again.arrayBuffer()).byteLength).toBe(0);
  });

  it('tell their length to HEAD without their bytes', async () => {
    const response = await fetch(url, { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-length')).toBe(String(video.length));
    expect((await response.arrayBuffer()).byteLength).toBe(0);
  });

  it('give any range, as players ask for it', async () => {
    const most = video.length - 1;
    await fc.assert(
      fc.asyncProperty(fc.nat(most), fc.nat(most), async (a, b) => {
        const [start, end] = a < b ? [a, b] : [b, a];
        const response = await fetch(url, { headers: { range: `bytes=${start}-${end}` } });
        expect(response.status).toBe(206);
        expect(response.headers.get('content-range')).toBe(`bytes ${start}-${end}/${video.length}`);
        const part = Buffer.from(await response.arrayBuffer());
        expect(part.equals(video.subarray(start, end + 1))).toBe(true);
      }),
      { numRuns: 25 },
    );
    const tail = await fetch(url, { headers: { range: 'bytes=-10' } });
    expect(Buffer.from(await tail.arrayBuffer()).equals(video.subarray(-10))).toBe(true);
  });

  it('say that a range is beyond the end', async () => {
    const response = await fetch(url, { headers: { range: `bytes=${video.length}-` } });
    expect(response.status).toBe(416);
    expect(response.headers.get('content-range')).toBe(`bytes */${video.length}`);
    expect(await response.json()).toMatchObject({ error: { code: 'RANGE_INVALID' } });
  });

  it('give a range only of the file that the client began with', async () => {
    const { headers } = await fetch(url, { method: 'HEAD' });
    const ranged = (condition: string) =>
      fetch(url, { headers: { range: 'bytes=0-9', 'if-range': condition } });
    expect((await ranged(headers.get('etag') ?? '')).status).toBe(206);
    expect((await ranged('"another"')).status).toBe(200);
  });

  it('never run as a page, whatever they are called', async () => {
    const response = await fetch(url.replace(/[^/]+$/, 'page.html'));
    expect(response.headers.get('content-security-policy')).toContain('sandbox');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    await response.arrayBuffer();
  });

  it('are saved under any name', async () => {
    for (const [name, plain] of [
      ['a "b".mp4', 'a _b_.mp4'],
      ['Küche.mp4', 'K_che.mp4'],
      ['a\r\nSet-Cookie: x.mp4', 'a__Set-Cookie: x.mp4'],
    ]) {
      const response = await fetch(`${url.replace(/[^/]+$/, encodeURIComponent(name))}?download`);
      expect(response.headers.get('content-disposition')).toMatch(/^attachment; /);
      expect(response.headers.get('content-disposition')).toContain(`filename="${plain}"`);
      expect(response.headers.get('set-cookie')).toBeNull();
      await response.arrayBuffer();
    }
  });

  it('are not found by what is not their hash', async () => {
    for (const [path, status] of [
      [`${'0'.repeat(64)}/a.mp4`, 404],
      ['0/a.mp4', 400],
      [`${'G'.repeat(64)}/a.mp4`, 400],
    ]) {
      const response = await fetch(`${server.url}/api/files/${path}`);
      expect(response.status).toBe(status);
    }
  });
});

it('leaves the files of the server itself alone', async () => {
  await writeFile(join(server.dataFolder, 'secret.txt'), 'secret');
  for (const path of [
    '..%2f..%2f..%2fsecret.txt/a',
    '%2e%2e/secret.txt',
    `${'a'.repeat(64)}/..%2f..%2fsecret.txt`,
  ])
    expect(await (await fetch(`${server.url}/api/files/${path}`)).text()).not.toContain('secret"');
});
