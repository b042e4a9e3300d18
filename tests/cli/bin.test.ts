import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const bin = fileURLToPath(new URL('../../cli/bin.mjs', import.meta.url));
const run = (...argv: string[]) => spawnSync(process.execPath, [bin, ...argv], { encoding: 'utf8' });

test('doctor finds everything that the package brings', () => {
  const { status, stdout } = run('doctor', '--json');
  const { checks, healthy } = JSON.parse(stdout);
  expect(healthy).toBe(true);
  expect(status).toBe(0);
  expect(checks.find((check: { name: string }) => check.name === 'ffmpeg').found).toMatch(/ffmpeg version/);
});

test('doctor says what is wrong with FFMPEG_PATH and exits 1', () => {
  const result = spawnSync(process.execPath, [bin, 'doctor', '--json'], {
    encoding: 'utf8',
    env: { ...process.env, FFMPEG_PATH: '/no/ffmpeg' },
  });
  const { checks } = JSON.parse(result.stdout);
  expect(result.status).toBe(1);
  expect(checks.find((check: { name: string }) => check.name === 'ffmpeg')).toMatchObject({
    state: 'missing',
  });
});

test('an unknown command exits 2 and names the known ones', () => {
  const { status, stderr } = run('fly');
  expect(status).toBe(2);
  expect(stderr).toContain('generate');
});
