import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { decodeVideo } from '../pipeline/video/decodeVideo.ts';
import { findFfmpeg } from '../pipeline/video/ffmpeg.ts';
import { probeVideo } from '../pipeline/video/probeVideo.ts';
import type { Clip } from './distortions.ts';

/** Reads the first frames of a video into memory. */
export async function readClip(video: string, longSide: number, frames: number): Promise<Clip> {
  const { framesPerSecond } = await probeVideo(video);
  const stop = new AbortController();
  const clip: Clip = { width: 0, height: 0, framesPerSecond, frames: [] };
  for await (const frame of decodeVideo(video, {
    format: 'rgb',
    maxLongSidePixels: longSide,
    signal: stop.signal,
  })) {
    clip.width = frame.width;
    clip.height = frame.height;
    clip.frames.push(frame.pixels);
    if (clip.frames.length === frames) break;
  }
  return clip;
}

/** Writes a clip as H.264. @param crf 17 looks like the original; 51 is the worst. */
export async function writeClip(path: string, clip: Clip, crf = 17): Promise<void> {
  const { width, height, framesPerSecond } = clip;
  const input = [
    '-f',
    'rawvideo',
    '-pix_fmt',
    'rgb24',
    '-s',
    `${width}x${height}`,
    '-r',
    String(framesPerSecond),
  ];
  const output = [
    '-c:v',
    'libx264',
    '-preset',
    'veryfast',
    '-crf',
    String(crf),
    '-threads',
    '1',
    '-pix_fmt',
    'yuv420p',
  ];
  const child = spawn(
    findFfmpeg().path,
    ['-loglevel', 'error', '-y', ...input, '-i', 'pipe:0', ...output, '-bf', '2', path],
    { stdio: ['pipe', 'ignore', 'inherit'] },
  );
  const ended = once(child, 'exit');
  for (const frame of clip.frames) if (!child.stdin.write(frame)) await once(child.stdin, 'drain');
  child.stdin.end();
  const [status] = await ended;
  if (status !== 0) throw new Error(`ffmpeg ended with ${status} while it wrote ${path}.`);
}
