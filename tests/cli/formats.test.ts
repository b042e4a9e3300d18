import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../cli/commandTable.ts';
import { runCommandLine } from '../../cli/runCommandLine.ts';
import { splatsFromModel } from '../../engine/world/splats/splatsFromModel.ts';
import { writeSpz } from '../../engine/world/splats/writeSpz.ts';
import { writeGlb } from '../../engine/world/writeGlb.ts';
import { box, worldOf } from '../engine/solids.ts';

const room = worldOf(box('ground', [0, -0.1, 0], [6, 0.2, 6]), box('shelf', [2, 1, 2], [1, 2, 1]));
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sora-formats-'));
  await writeFile(join(folder, 'a.glb'), await writeGlb(room));
  await writeFile(join(folder, 'a.spz'), writeSpz(splatsFromModel(room, { budget: 500 }).cloud));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function run(...argv: string[]) {
  let out = '';
  const streams = {
    stdout: { write: (text: string) => (out += text) },
    stderr: { write: () => true },
  };
  const status = await runCommandLine([...argv, '--json'], COMMANDS, streams, new AbortController().signal);
  const document = JSON.parse(out);
  return { status, document, code: document.error?.code };
}
const at = (name: string) => join(folder, name);

describe('the command line', () => {
  it('imports a pair and exports it again', async () => {
    const made = await run('import', folder, '--out', at('world'));
    expect(made).toMatchObject({ status: 0, document: { world: at('world'), triangles: 24 } });
    const out = await run('export', at('world'), '--format', 'spz', '--out', at('out'));
    expect(out).toMatchObject({ status: 0, document: { format: 'spz', files: ['splats.spz'] } });
    expect(await readdir(at('out'))).toEqual(['splats.spz']);
  });

  it('refuses by code what does not go together', async () => {
    const cases: [string, string[]][] = [
      ['USAGE', ['export', at('a.glb'), '--format', 'usdz', '--out', at('x')]],
      ['USAGE', ['export', at('a.glb'), '--format', 'glb']],
      ['EXPORT_NO_CAMERAS', ['export', at('a.glb'), '--format', 'colmap', '--out', at('x')]],
      ['USAGE', ['import', at('a.glb'), '--out', at('x')]],
      ['USAGE', ['import', at('a.spz'), at('a.glb'), '--axes', 'left', '--out', at('x')]],
      ['USAGE', ['lift', 'v.mp4', '--out', at('x'), '--frame-names', '1']],
      ['USAGE', ['lift', 'v.mp4', '--out', at('x'), '--cameras', folder, '--fov', '60']],
      ['USAGE', ['lift', 'v.mp4', '--out', at('x'), '--cameras', folder, '--frame-names', 'one']],
    ];
    for (const [code, argv] of cases) expect(await run(...argv)).toMatchObject({ status: 2, code });
  });
});
