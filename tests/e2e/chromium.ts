import { existsSync } from 'node:fs';
import chromium from '@sparticuz/chromium';
import { type Browser, chromium as playwright } from 'playwright-core';

/**
 * A real Chromium with WebGL2 in software (SwiftShader): the one that npm carries on Linux x64, elsewhere the
 * installed Chrome.
 */
export async function launchChromium(): Promise<Browser> {
  const args = ['--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--ignore-gpu-blocklist'];
  if (process.platform === 'linux' && process.arch === 'x64') {
    const executablePath = await chromium.executablePath();
    if (existsSync(executablePath))
      return playwright.launch({ executablePath, args: [...chromium.args, ...args], headless: true });
  }
  return playwright.launch({ channel: 'chrome', args, headless: true });
}
