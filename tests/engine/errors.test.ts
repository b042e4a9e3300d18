import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { DirectorError, ERRORS, toDirectorError } from '../../engine/errors.ts';

describe('the error registry', () => {
  test('is described in docs/errors.md, row by row, in both directions', () => {
    const rows = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8')
      .split('\n')
      .map(line => /^\| `([A-Z_]+)` \| (\d) \| (\d+) \| (.+) \|$/.exec(line))
      .filter(match => match !== null)
      .map(([, code, exit, http, fix]) => ({ code, exit: Number(exit), http: Number(http), fix }));
    expect(rows).toEqual(
      Object.entries(ERRORS).map(([code, { exit, http, fix }]) => ({ code, exit, http, fix })),
    );
  });

  test('turns what the system throws into coded errors, and keeps ours', () => {
    const ours = new DirectorError('USAGE', 'x');
    expect(toDirectorError(ours)).toBe(ours);
    expect(toDirectorError(Object.assign(new Error('disk'), { code: 'ENOSPC' })).code).toBe(
      'OUTPUT_UNWRITABLE',
    );
    expect(toDirectorError(new DOMException('stop', 'AbortError')).code).toBe('CANCELLED');
    expect(toDirectorError('text').code).toBe('INTERNAL');
  });
});
