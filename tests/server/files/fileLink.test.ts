import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fileLink } from '../../../server/files/fileLink.ts';

const file = { sha256: 'a'.repeat(64), bytes: 12, mediaType: 'video/mp4' };

it('names the content and what it is saved as', () => {
  expect(fileLink(file, 'iteration-01/takes/take 01.mp4')).toEqual({
    url: `/api/files/${'a'.repeat(64)}/take%2001.mp4`,
    sha256: 'a'.repeat(64),
    bytes: 12,
    mediaType: 'video/mp4',
  });
});

it('makes of any name one part of a path that a browser leaves as it is', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('..', '.', '', 'a/..', '\ud800')),
      name => {
        const { url } = fileLink(file, name);
        expect(url).toMatch(/^\/api\/files\/a{64}\/[^/?#]+$/);
        expect(new URL(url, 'http://localhost').pathname).toBe(url);
      },
    ),
  );
});
