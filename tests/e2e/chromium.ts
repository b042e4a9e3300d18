import { existsSync } from 'node:fs';
import chromium from '@sparticuz/chromium';
import { type Browser, chromium as playwright } from 'playwright-core';

/**
 * What the package sets for a cloud function and a person's browser has not: one process for everything, which ends
 * with the first page that is closed, and a web without its origins' borders.
 */
const UNLIKE_A_BROWSER = new Set([
  '--single-process',
  '--no-zygote',
  '--disable-web-security',
  '--allow-running-insecure-content',
]);

/** Where the package keeps its Chromium packed (Linux x64), unpacks it: done by two at once, it would be torn. */
export async function unpackChromium(): Promise<string | undefined> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  const path = await chromium.executablePath();
  return existsSync(path) ? path : undefined;
}

/**
 * A real Chromium with WebGL2 in software (SwiftShader): the one that npm carries on Linux x64, elsewhere the
 * installed Chrome.
 */
export async function launchChromium(): Promise<Browser> {
  const args = ['--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--ignore-gpu-blocklist'];
  const executablePath = await unpackChromium();
  if (executablePath) {
    const own = chromium.args.filter(arg => !UNLIKE_A_BROWSER.has(arg));
    return playwright.launch({ executablePath, args: [...own, ...args], headless: true });
  }
  return playwright.launch({ channel: 'chrome', args, headless: true });
}
