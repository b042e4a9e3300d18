import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { toJunit } from '../../../sim/report/junit.ts';
import { fails } from '../../../sim/report/verdict.ts';
import { parseReporters, writeReports } from '../../../sim/report/writeReports.ts';
import { REPORT, violation } from './reportFixtures.ts';

const report = REPORT;

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
    expect(named('testsuites')[0].attributes).toMatchObject({
      tests: '5',
      failures: '1',
      errors: '1',
      skipped: '0',
      time: '3.000',
    });
    expect(named('testsuite').map(tag => tag.attributes['failures'])).toEqual(['1', '0', '0']);
    expect(named('testcase')).toHaveLength(5);
    expect(named('testcase')[1].attributes['file']).toBe('worlds/&lt;a &amp; &quot;b&quot;&gt;.glb');
    expect(named('failure')).toHaveLength(1);
    expect(named('error')[0].attributes['type']).toBe('INPUT_NOT_FOUND');
  });

  test('fails what --fail-on says', () => {
    expect(fails(violation({ severity: 'warning' }), 'error')).toBe(false);
    expect(fails(violation({ severity: 'warning' }), 'warning')).toBe(true);
    expect(fails(violation(), 'never')).toBe(false);
    expect(toJunit(report, 'never')).not.toContain('<failure');
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
    await writeReports(out, report, ['json', 'junit', 'sarif', 'html'], {
      failOn: 'error',
      version: '1.0.0',
    });
    expect((await readdir(out)).sort()).toEqual([
      'report.html',
      'report.json',
      'report.junit.xml',
      'report.sarif',
    ]);
    expect(JSON.parse(await readFile(join(out, 'report.json'), 'utf8'))).toEqual(report);
  });

  test('where it cannot write it says so by code', async () => {
    const file = join(folder, 'file');
    await writeFile(file, '');
    await expect(
      writeReports(file, report, ['json'], { failOn: 'error', version: '1.0.0' }),
    ).rejects.toMatchObject({
      code: 'OUTPUT_UNWRITABLE',
    });
    expect(await readdir(folder)).toEqual(['file']);
  });
});

test('an unknown reporter is refused with the names there are', () => {
  expect(parseReporters('junit, json')).toEqual(['junit', 'json']);
  expect(() => parseReporters('pdf')).toThrow(
    expect.objectContaining({ code: 'USAGE', suggestion: expect.stringContaining('json, junit') }),
  );
});
