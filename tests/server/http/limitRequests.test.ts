import type { Request, Response } from 'express';
import { expect, it } from 'vitest';
import { limitRequests } from '../../../server/http/limitRequests.ts';

function limited(now: () => number) {
  const handler = limitRequests({ burst: 3, perSecond: 1 }, now);
  return (method: string, remoteAddress: string) => {
    let passed = false;
    const request = { method, socket: { remoteAddress } } as unknown as Request;
    try {
      handler(request, {} as Response, () => {
        passed = true;
      });
    } catch (thrown) {
      expect(thrown).toMatchObject({ code: 'TOO_MANY_REQUESTS' });
    }
    return passed;
  };
}

it('lets a burst pass, then so many a second, and reading always', () => {
  let now = 0;
  const pass = limited(() => now);
  const posts = () => [1, 2, 3, 4, 5].map(() => pass('POST', '10.0.0.1'));
  expect(posts()).toEqual([true, true, true, false, false]);
  expect(pass('GET', '10.0.0.1')).toBe(true);
  now += 2000;
  expect(posts()).toEqual([true, true, false, false, false]);
  now += 3_600_000;
  expect(posts()).toEqual([true, true, true, false, false]);
});

it('counts each address by itself, and a /64 of IPv6 as one', () => {
  const pass = limited(() => 0);
  for (let i = 0; i < 3; i++) expect(pass('POST', '10.0.0.1')).toBe(true);
  expect(pass('POST', '10.0.0.2')).toBe(true);
  for (let i = 0; i < 3; i++) expect(pass('POST', `2001:db8:1:2::${i}`)).toBe(true);
  expect(pass('POST', '2001:db8:1:2:ffff::9')).toBe(false);
  expect(pass('POST', '2001:db8:1:3::1')).toBe(true);
});

it('forgets the addresses that were seen longest ago', () => {
  const pass = limited(() => 0);
  for (let i = 0; i < 3; i++) pass('POST', 'first');
  expect(pass('POST', 'first')).toBe(false);
  for (let i = 0; i < 10_000; i++) pass('POST', `10.0.${i >> 8}.${i & 255}`);
  expect(pass('POST', 'first')).toBe(true);
});
