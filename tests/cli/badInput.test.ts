import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { COMMANDS } from '../../cli/commandTable.ts';
import { runCommandLine } from '../../cli/runCommandLine.ts';
import { encodeVideo } from '../../pipeline/video/encodeVideo.ts';
import { findFfmpeg } from '../../pipeline/video/ffmpeg.ts';

let folder = '';
const at = (name: string) => join(folder, name);

async function run(...argv: string[]) {
  let out = '';
  let err = '';
  const streams = {
    stdout: { write: (text: string) => (out += text) },
    stderr: { write: (text: string) => (err += text) },
  };
  const status = await runCommandLine([...argv, '--json'], COMMANDS, streams, new AbortController().signal);
  return { status, err, document: JSON.parse(out) };
}

async function* grayFrames(count: number): AsyncGenerator<Uint8Array> {
  for (let index = 0; index < count; index++) yield new Uint8Array(64 * 48 * 4).fill(100 + index);
}

/** A GLB around a JSON chunk and a binary chunk. */
function glb(json: object, binary: Uint8Array): Uint8Array {
  const pad = (bytes: Uint8Array, filler: number) => {
    const padded = new Uint8Array(Math.ceil(bytes.length / 4) * 4).fill(filler);
    padded.set(bytes);
    return padded;
  };
  const text = pad(new TextEncoder().encode(JSON.stringify(json)), 0x20);
  const data = pad(binary, 0);
  const bytes = new Uint8Array(28 + text.length + data.length);
  const view = new DataView(bytes.buffer);
  [0x46546c67, 2, bytes.length, text.length, 0x4e4f534a].forEach((word, index) => {
    view.setUint32(index * 4, word, true);
  });
  bytes.set(text, 20);
  view.setUint32(20 + text.length, data.length, true);
  view.setUint32(24 + text.length, 0x004e4942, true);
  bytes.set(data, 28 + text.length);
  return bytes;
}

function triangle(positions: number[], indices: number[], bufferUri?: string): Uint8Array {
  const binary = new Uint8Array(36 + 8);
  new Float32Array(binary.buffer, 0, 9).set(positions);
  new Uint16Array(binary.buffer, 36, 3).set(indices);
  const json = {
    asset: { version: '2.0' },
    scenes: [{ nodes: [0] }],
    scene: 0,
    nodes: [{ mesh: 0 }],
    meshes: [{ primitives: [{ attributes: { POSITION: 0 }, indices: 1 }] }],
    accessors: [
      { bufferView: 0, componentType: 5126, count: 3, type: 'VEC3', min: [0, 0, 0], max: [1, 1, 1] },
      { bufferView: 1, componentType: 5123, count: 3, type: 'SCALAR' },
    ],
    bufferViews: [
      { buffer: 0, byteOffset: 0, byteLength: 36 },
      { buffer: 0, byteOffset: 36, byteLength: 6 },
    ],
    buffers: [{ byteLength: 44, ...(bufferUri ? { uri: bufferUri } : {}) }],
  };
  return bufferUri ? new TextEncoder().encode(JSON.stringify(json)) : glb(json, binary);
}

const FLAT = [0, 0, 0, 1, 0, 0, 0, 1, 0];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sora-bad-'));
  const size = { width: 64, height: 48, framesPerSecond: 24 };
  await encodeVideo(at('good.mp4'), size, grayFrames(12));
  await encodeVideo(at('one-frame.mp4'), size, grayFrames(1));
  const good = await readFile(at('good.mp4'));
  await writeFile(at('truncated.mp4'), good.subarray(0, good.length - 150));
  await writeFile(at('empty.mp4'), '');
  await writeFile(at('gigantic.mp4'), good);
  await truncate(at('gigantic.mp4'), 9 * 2 ** 30);
  await writeFile(at('text.mp4'), 'this is no video at all, it is a line of text');
  const sine = ['-f', 'lavfi', '-i', 'sine=frequency=440:duration=1', '-c:a', 'aac', at('audio.m4a')];
  await promisify(execFile)(findFfmpeg().path, sine);
  await writeFile(at('empty.glb'), '');
  await writeFile(at('nan.glb'), triangle([0, 0, 0, 1, 0, 0, 0, Number.NaN, 0], [0, 1, 2]));
  await writeFile(
    at('infinity.glb'),
    triangle([0, 0, 0, Number.POSITIVE_INFINITY, 0, 0, 0, 1, 0], [0, 1, 2]),
  );
  await writeFile(at('index.glb'), triangle(FLAT, [0, 1, 999]));
  await writeFile(at('nobuffer.gltf'), triangle(FLAT, [0, 1, 2], 'not-there.bin'));
  await writeFile(at('cut.glb'), triangle(FLAT, [0, 1, 2]).subarray(0, 300));
  await mkdir(at('no-world'));
  await mkdir(at('odd-world'));
  await writeFile(at('odd-world/world.json'), JSON.stringify({ schema: 'sora-director/world@99' }));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('bad input on the command line', () => {
  test.each([
    ['score', 'missing.mp4', 2, 'INPUT_NOT_FOUND'],
    ['score', 'empty.mp4', 2, 'INPUT_EMPTY'],
    ['score', 'truncated.mp4', 2, 'VIDEO_UNREADABLE'],
    ['score', 'text.mp4', 2, 'VIDEO_UNREADABLE'],
    ['score', 'audio.m4a', 2, 'VIDEO_NO_PICTURE'],
    ['score', 'one-frame.mp4', 2, 'VIDEO_TOO_SHORT'],
    ['score', 'gigantic.mp4', 2, 'INPUT_TOO_LARGE'],
    ['lift', 'missing.mp4', 2, 'INPUT_NOT_FOUND'],
    ['lift', 'empty.mp4', 2, 'INPUT_EMPTY'],
    ['lift', 'truncated.mp4', 2, 'VIDEO_UNREADABLE'],
    ['lift', 'audio.m4a', 2, 'VIDEO_NO_PICTURE'],
    ['lift', 'one-frame.mp4', 2, 'VIDEO_TOO_SHORT'],
    ['lift', 'gigantic.mp4', 2, 'INPUT_TOO_LARGE'],
    ['test', 'missing.glb', 2, 'INPUT_NOT_FOUND'],
    ['test', 'empty.glb', 2, 'INPUT_EMPTY'],
    ['test', 'cut.glb', 2, 'WORLD_UNREADABLE'],
    ['test', 'text.mp4', 2, 'WORLD_UNREADABLE'],
    ['test', 'nobuffer.gltf', 2, 'WORLD_UNREADABLE'],
    ['test', 'nan.glb', 2, 'WORLD_INVALID'],
    ['test', 'infinity.glb', 2, 'WORLD_INVALID'],
    ['test', 'index.glb', 2, 'WORLD_INVALID'],
    ['test', 'no-world', 2, 'WORLD_UNREADABLE'],
    ['test', 'odd-world', 2, 'WORLD_SCHEMA'],
  ])('%s %s: exit %i and %s', async (command, file, exit, code) => {
    const before = await readdir(folder);
    const out = command === 'lift' ? ['--out', at('lifted')] : [];
    const { status, err, document } = await run(command, at(file), ...out);
    expect({ status, code: document.error?.code ?? document.runs?.[0]?.error?.code }).toEqual({
      status: exit,
      code,
    });
    expect(err).not.toMatch(/\n\s+at /);
    expect(await readdir(folder)).toEqual(before);
  });

  test.each([
    [['generate', 'a room', '--takes', 'many', '--out', 'OUT']],
    [['generate', 'a room', '--size', '641x360', '--out', 'OUT']],
    [['generate', 'a room', '--seconds', '-3', '--out', 'OUT']],
    [['generate', 'a room', '--provider', 'nobody', '--out', 'OUT']],
    [['generate', '', '--out', 'OUT']],
    [['lift', 'GOOD']],
    [['lift', 'GOOD', '--out', 'OUT', '--quality', 'best']],
    [['lift', 'GOOD', '--out', 'OUT', '--fov', '400']],
    [['test', 'GOOD', '--agents', '0']],
    [['test', 'GOOD', '--reporter', 'carrier-pigeon']],
    [['direct', 'a room', '--iterations', '0', '--out', 'OUT']],
    [['revise', '--report', 'GOOD']],
  ])('a wrong option is USAGE, exit 2, and nothing is written: %j', async argv => {
    const before = await readdir(folder);
    const words = argv.map(word => (word === 'OUT' ? at('out') : word === 'GOOD' ? at('good.mp4') : word));
    const { status, document } = await run(...words);
    expect({ status, code: document.error.code }).toEqual({ status: 2, code: 'USAGE' });
    expect(await readdir(folder)).toEqual(before);
  });

  test('a failure model that is missing or wrong is refused by name', async () => {
    await writeFile(at('model.json'), '{"schema": "something else"}');
    const missing = await run(
      'generate',
      'a room',
      '--failure-model',
      at('nowhere.json'),
      '--out',
      at('out'),
    );
    expect(missing.status).toBe(2);
    expect(missing.document.error.code).toBe('INPUT_NOT_FOUND');
    const wrong = await run('generate', 'a room', '--failure-model', at('model.json'), '--out', at('out'));
    expect(wrong.status).toBe(2);
    expect(wrong.document.error.message).toContain('schema');
  });
});
