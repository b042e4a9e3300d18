import { execFile } from 'node:child_process';
import { statfs } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import { promisify } from 'node:util';
import { toDirectorError } from '../../engine/errors.ts';
import { checkKernels } from '../../engine/kernels/checkKernels.ts';
import { loadHavok } from '../../engine/physics/nodeHavok.ts';
import { findFfmpeg, readFfmpegVersion } from '../../pipeline/video/ffmpeg.ts';
import type { Command } from '../command.ts';
import { findSystemTool } from '../findSystemTool.ts';

interface Check {
  name: string;
  state: 'ok' | 'warning' | 'missing';
  found: string;
  /** What to do, where something is to be done. */
  fix?: string;
}

/** Builds older than this decode today's AV1 and HEVC slowly or not at all. */
const OLDEST_GOOD_FFMPEG_YEAR = 2021;
const LEAST_MEMORY_GIB = 2;
const LEAST_DISK_GIB = 1;

function checkNode(): Check {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const good = major > 22 || (major === 22 && minor >= 18);
  return {
    name: 'node',
    state: good ? 'ok' : 'missing',
    found: process.version,
    ...(good ? {} : { fix: 'Run `npm ci`, which brings Node 24.' }),
  };
}

async function checkFfmpeg(): Promise<Check> {
  try {
    const location = findFfmpeg();
    const { version, year } = await readFfmpegVersion(location.path);
    const found = `${location.source}: ${location.path} (${version})`;
    if (location.source === 'bundled' || (year !== undefined && year < OLDEST_GOOD_FFMPEG_YEAR))
      return {
        name: 'ffmpeg',
        state: 'warning',
        found,
        fix: `This build is of ${year ?? 'an unknown year'}: good for H.264, VP9 and GIF. Install ffmpeg, or set FFMPEG_PATH, for newer formats.`,
      };
    return { name: 'ffmpeg', state: 'ok', found };
  } catch (thrown) {
    const error = toDirectorError(thrown);
    return { name: 'ffmpeg', state: 'missing', found: error.message, fix: error.suggestion };
  }
}

async function checkWasm(): Promise<Check> {
  try {
    const count = await checkKernels();
    return { name: 'kernels', state: 'ok', found: `${count} compiled to WebAssembly SIMD` };
  } catch (thrown) {
    const error = toDirectorError(thrown);
    return { name: 'kernels', state: 'missing', found: error.message, fix: error.suggestion };
  }
}

async function checkHavok(): Promise<Check> {
  try {
    const { rawRefusal } = await loadHavok();
    const queries =
      rawRefusal === undefined ? 'by raw calls' : `through embind, at half speed: ${rawRefusal}`;
    return { name: 'havok', state: 'ok', found: `the physics engine is installed, queries go ${queries}` };
  } catch (thrown) {
    const found = thrown instanceof Error ? thrown.message : String(thrown);
    return { name: 'havok', state: 'missing', found, fix: 'Run `npm ci`.' };
  }
}

async function checkDisk(): Promise<Check> {
  const { bavail, bsize } = await statfs(process.cwd());
  const gib = (bavail * bsize) / 2 ** 30;
  const found = `${gib.toFixed(1)} GiB free here`;
  return gib >= LEAST_DISK_GIB
    ? { name: 'disk', state: 'ok', found }
    : {
        name: 'disk',
        state: 'warning',
        found,
        fix: `Free at least ${LEAST_DISK_GIB} GiB, or work in another folder.`,
      };
}

function checkMachine(): Check {
  const gib = totalmem() / 2 ** 30;
  const found = `${availableParallelism()} core(s), ${gib.toFixed(1)} GiB of memory`;
  return gib >= LEAST_MEMORY_GIB
    ? { name: 'machine', state: 'ok', found }
    : { name: 'machine', state: 'warning', found, fix: `${LEAST_MEMORY_GIB} GiB are needed for a 4 s take.` };
}

function checkOpenai(): Check {
  const base = process.env['OPENAI_BASE_URL'];
  if (process.env['OPENAI_API_KEY'])
    return {
      name: 'openai provider',
      state: 'ok',
      found: `key set, talking to ${base ?? 'https://api.openai.com/v1'}`,
    };
  return {
    name: 'openai provider',
    state: 'warning',
    found: 'no OPENAI_API_KEY',
    fix: 'Only needed for --provider openai; the procedural provider works without.',
  };
}

async function checkColmap(): Promise<Check> {
  const path = findSystemTool('colmap');
  if (!path)
    return {
      name: 'colmap',
      state: 'warning',
      found: 'not installed',
      fix: 'Only the lift benches use it, as the peer to compare with.',
    };
  const { stdout } = await promisify(execFile)(path, ['help']);
  return { name: 'colmap', state: 'ok', found: stdout.split('\n')[0] ?? path };
}

export const command: Command = {
  name: 'doctor',
  summary: 'what is installed, found and missing, with the fix',
  arguments: '',
  options: [],
  async run() {
    const checks = [
      checkNode(),
      await checkFfmpeg(),
      await checkWasm(),
      await checkHavok(),
      checkMachine(),
      await checkDisk(),
      checkOpenai(),
      await checkColmap(),
    ];
    const healthy = checks.every(check => check.state !== 'missing');
    const mark = { ok: 'ok     ', warning: 'note   ', missing: 'MISSING' };
    const lines = checks.map(
      check =>
        `${mark[check.state]} ${check.name}: ${check.found}${check.fix ? `\n        → ${check.fix}` : ''}`,
    );
    return { exit: healthy ? 0 : 1, json: { healthy, checks }, text: lines.join('\n') };
  },
};
