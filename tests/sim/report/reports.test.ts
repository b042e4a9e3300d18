import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { toHtml } from '../../../sim/report/html.ts';
import { makeReport } from '../../../sim/report/json.ts';
import { fails, toJunit } from '../../../sim/report/junit.ts';
import { parseReporters, writeReports } from '../../../sim/report/writeReports.ts';
import type { Severity, TestRun, Violation } from '../../../sim/types.ts';

const violation = (severity: Severity, message: string): Violation => ({
  id: `floating-${severity}`,
  type: 'floating',
  severity,
  confidence: 0.9,
  position: [1, 2, 3],
  message,
  evidence: { gapBelowMeters: 0.2 },
  replay: { seed: 1, agents: 16, simulatedSeconds: 120 },
});

const run = (violations: Violation[]): TestRun => ({
  world: 'worlds/<a & "b">.glb',
  seed: 1,
  agents: 16,
  simulatedSeconds: 120,
  wallSeconds: 1.5,
  agentSteps: 115200,
  coverage: { reachableArea: 10, enteredArea: 9, ratio: 0.9 },
  violations,
  stateHash: 'f'.repeat(64),
});

const report = makeReport(
  [run([violation('error', 'a box <hangs> & "floats" \u0007'), violation('info', 'note')]), run([])],
  [
    {
      world: 'gone.glb',
      error: { code: 'INPUT_NOT_FOUND', message: 'gone.glb is not there.', suggestion: 'Check.' },
    },
  ],
);

/** A strict little reader: every tag closes in order, every attribute is quoted, nothing else holds markup. */
function readXml(text: string): { name: string; attributes: Record<string, string> }[] {
  const tags: { name: string; attributes: Record<string, string> }[] = [];
  const open: string[] = [];
  const rest = text
    .replace(/^<\?xml [^?]*\?>\s*/, '')
    .replace(/<(\/?)([a-z-]+)((?:\s+[a-z]+="[^"<]*")*)\s*(\/?)>/g, (_all, close, name, list, self) => {
      if (close) expect(open.pop()).toBe(name);
      else {
        const attributes = Object.fromEntries(
          [...list.matchAll(/([a-z]+)="([^"]*)"/g)].map(match => [match[1], match[2]]),
        );
        tags.push({ name, attributes });
        if (!self) open.push(name);
      }
      return '';
    });
  expect(open).toEqual([]);
  expect(rest).not.toMatch(/[<>]|&(?!(?:amp|lt|gt|quot);)/);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0 cannot hold them
  expect(rest).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/);
  return tags;
}

describe('JUnit', () => {
  test('is well-formed, counts right and has a testcase per violation with the world as its file', () => {
    const tags = readXml(toJunit(report, 'error'));
    const named = (name: string) => tags.filter(tag => tag.name === name);
    expect(named('testsuites')[0].attributes).toMatchObject({ tests: '4', failures: '1', errors: '1' });
    expect(named('testsuite').map(tag => tag.attributes['failures'])).toEqual(['1', '0', '0']);
    expect(named('testcase')).toHaveLength(4);
    expect(named('testcase')[0].attributes['file']).toBe('worlds/&lt;a &amp; &quot;b&quot;&gt;.glb');
    expect(named('failure')).toHaveLength(1);
    expect(named('error')[0].attributes['type']).toBe('INPUT_NOT_FOUND');
  });

  test('fails what --fail-on says', () => {
    expect(fails(violation('warning', ''), 'error')).toBe(false);
    expect(fails(violation('warning', ''), 'warning')).toBe(true);
    expect(fails(violation('error', ''), 'never')).toBe(false);
    expect(toJunit(report, 'never')).not.toContain('<failure');
  });
});

describe('HTML', () => {
  test('shows every world with its violations, gravest first, and how to see them again', () => {
    const html = toHtml(report);
    expect(html.match(/<section>/g)).toHaveLength(3);
    expect(html.indexOf('class="error">error')).toBeLessThan(html.indexOf('class="info">info'));
    expect(html).toContain('1.00, 2.00, 3.00');
    expect(html).toContain('gapBelowMeters');
    expect(html).toContain('The agents found nothing wrong.');
    expect(html).toContain('INPUT_NOT_FOUND');
    expect(html).toContain('--agents 16 --seconds 120 --seed 1');
    expect(html).toContain('f'.repeat(64));
  });

  test('needs nothing else, and takes no word of a world for markup', () => {
    const html = toHtml(report);
    expect(html).not.toMatch(/<script|<link|<img|https?:/);
    expect(html).toContain('a box &lt;hangs&gt; &amp; &quot;floats&quot;');
    expect(html).not.toContain('<a &');
  });
});

describe('writeReports', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'reports-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  test('writes each file whole and leaves nothing else', async () => {
    const out = join(folder, 'new', 'deep');
    await writeReports(out, report, ['json', 'junit', 'html'], 'error');
    expect((await readdir(out)).sort()).toEqual(['report.html', 'report.json', 'report.junit.xml']);
    expect(JSON.parse(await readFile(join(out, 'report.json'), 'utf8'))).toEqual(report);
  });

  test('where it cannot write it says so by code', async () => {
    const file = join(folder, 'file');
    await writeFile(file, '');
    await expect(writeReports(file, report, ['json'], 'error')).rejects.toMatchObject({
      code: 'OUTPUT_UNWRITABLE',
    });
    expect(await readdir(folder)).toEqual(['file']);
  });
});

test('an unknown reporter is refused with the names there are', () => {
  expect(parseReporters('junit, json')).toEqual(['junit', 'json']);
  expect(() => parseReporters('sarif')).toThrow(
    expect.objectContaining({ code: 'USAGE', suggestion: expect.stringContaining('json, junit') }),
  );
});
