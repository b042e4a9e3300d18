import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest';
import { launchChromium } from './chromium.ts';
import { type StudioServer, startStudioServer } from './studioServer.ts';

/** Pictures of the screens, to be looked at. */
const PICTURES = fileURLToPath(new URL('../../build/screenshots/', import.meta.url));
/** Milliseconds that a page is waited for; much, because software draws and other tests run beside. */
const PATIENCE = 300_000;
/** Of a 3D view that is not looked at: every pixel of it is drawn by the processor. */
export const SMALL = { width: 760, height: 520 };
const DESKTOP = { width: 1440, height: 900 };
export const PHONE = { width: 390, height: 844 };

const OF_THE_NETWORK = /^Failed to load resource|^WebSocket connection to \S+ failed/;
const KINDS = [
  ['light', DESKTOP, 'light'],
  ['dark', DESKTOP, 'dark'],
  ['phone', PHONE, 'light'],
] as const;

export interface StudioTest {
  readonly server: StudioServer;
  /**
   * A page as of another person: with storage and a cache of its own. Closed after the test. Asks for little motion
   * unless told otherwise: what moves all the time is drawn by the processor that the steps need.
   */
  open(path: string, options?: BrowserContextOptions): Promise<Page>;
  /** Writes build/screenshots/NAME-light.png, -dark.png and -phone.png: the whole page, or what is seen at once. */
  pictures(page: Page, name: string, extent?: 'page' | 'screen'): Promise<void>;
  /** Writes build/screenshots/NAME.png of the page as it is. */
  picture(page: Page, name: string): Promise<void>;
}

/**
 * Tests against the real server in a real browser, each file with its own of both. After each test no page may have
 * thrown or logged an error.
 */
export async function describeStudio(title: string, tests: (studio: StudioTest) => void): Promise<void> {
  let browser: Browser;
  try {
    browser = await launchChromium();
  } catch (thrown) {
    const [why] = String(thrown).split('\n');
    console.warn(`${title}: skipped, no Chromium starts on this machine: ${why}`);
    describe.skip(`${title} (no Chromium starts on this machine: ${why})`, () => tests({} as StudioTest));
    return;
  }
  describe(title, () => {
    let server: StudioServer;
    const wrong: string[] = [];
    beforeAll(async () => {
      server = await startStudioServer();
    });
    afterEach(async ({ task }) => {
      if (task.result?.state === 'fail') await pictureOfFailure(browser, task.name);
      await Promise.all(browser.contexts().map(context => context.close()));
      expect(wrong.splice(0), 'errors in the pages').toEqual([]);
    });
    afterAll(async () => {
      await browser.close();
      await server?.remove();
    });
    tests({
      get server() {
        return server;
      },
      async open(path, options) {
        const context = await browser.newContext({ viewport: SMALL, reducedMotion: 'reduce', ...options });
        context.setDefaultTimeout(PATIENCE);
        const page = await context.newPage();
        page.on('pageerror', error => wrong.push(String(error.stack ?? error)));
        page.on('console', message => {
          // What the network failed at is shown by the page, and the browser logs it besides.
          if (message.type() === 'error' && !OF_THE_NETWORK.test(message.text())) wrong.push(message.text());
        });
        await page.goto(server.url + path);
        return page;
      },
      async picture(page, name) {
        mkdirSync(PICTURES, { recursive: true });
        await page.screenshot({ path: join(PICTURES, `${name}.png`) });
      },
      async pictures(page, name, extent = 'screen') {
        mkdirSync(PICTURES, { recursive: true });
        const before = page.viewportSize() ?? SMALL;
        for (const [kind, size, colorScheme] of KINDS) {
          await page.setViewportSize(size);
          await page.emulateMedia({ colorScheme });
          // What sticks to the top of the screen stands in the middle of a long picture else.
          if (extent === 'page') await page.evaluate(() => scrollTo({ top: 0, behavior: 'instant' }));
          await twoPictures(page);
          await page.screenshot({
            path: join(PICTURES, `${name}-${kind}.png`),
            fullPage: extent === 'page',
            animations: 'disabled',
          });
        }
        await page.emulateMedia({ colorScheme: null });
        await page.setViewportSize(before);
      },
    });
  });
}

/** Until what the page has changed is on the screen. */
async function twoPictures(page: Page): Promise<void> {
  await page.evaluate(
    () => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(undefined)))),
  );
}

async function pictureOfFailure(browser: Browser, name: string): Promise<void> {
  const pages = browser.contexts().flatMap(context => context.pages());
  for (const [index, page] of pages.entries()) {
    const path = join(PICTURES, `failed ${name.slice(0, 60)} ${index + 1}.png`);
    // It is of help where it can be had; the failure itself is what is told.
    await page.screenshot({ path, fullPage: true, timeout: 20_000 }).catch(() => undefined);
    console.warn(`${page.url()} as it was: ${path}`);
  }
}
