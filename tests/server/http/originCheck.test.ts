import type { IncomingMessage } from 'node:http';
import { expect, it } from 'vitest';
import { checkOrigin } from '../../../server/http/originCheck.ts';

const refused = (method: string, headers: Record<string, string>) => {
  try {
    checkOrigin({ method, headers } as unknown as IncomingMessage, ['https://studio.example']);
    return false;
  } catch (thrown) {
    expect(thrown).toMatchObject({ code: 'ORIGIN_REFUSED' });
    return true;
  }
};

it.each([
  ['GET', { host: 'localhost:4747' }],
  ['GET', { host: '127.0.0.1:4747' }],
  ['GET', { host: '[::1]:4747' }],
  ['GET', { host: '192.168.1.20' }],
  ['GET', { host: 'studio.example' }],
  ['GET', { host: 'localhost:4747', origin: 'https://elsewhere.example' }],
  ['POST', { host: 'localhost:4747' }],
  ['POST', { host: 'localhost:4747', origin: 'http://localhost:4747' }],
  ['DELETE', { host: 'localhost:4747', origin: 'https://studio.example' }],
])('lets %s with %j pass', (method, headers) => {
  expect(refused(method, headers as unknown as Record<string, string>)).toBe(false);
});

it.each([
  ['GET', { host: 'rebound.example' }],
  ['GET', { host: 'localhost.evil.example' }],
  ['GET', { host: '' }],
  ['GET', {}],
  ['POST', { host: 'localhost:4747', origin: 'http://localhost:9999' }],
  ['POST', { host: 'localhost:4747', origin: 'https://evil.example' }],
  ['POST', { host: 'localhost:4747', origin: 'null' }],
  ['DELETE', { host: 'localhost:4747', origin: 'not an origin' }],
  ['GET', { host: 'localhost:4747', upgrade: 'websocket', origin: 'https://evil.example' }],
])('refuses %s with %j', (method, headers) => {
  expect(refused(method, headers as unknown as Record<string, string>)).toBe(true);
});
