import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { hostname } from 'node:os';
import { DirectorError } from '../../engine/errors.ts';

const CHANGES = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/**
 * Refuses what a page of another origin makes a browser send. A name that is not ours in the Host header is what
 * DNS rebinding looks like (an attacker's name that suddenly points here); an address cannot be rebound. A change
 * with a foreign Origin is a cross-site request. Clients that are no browsers send no Origin and pass.
 * @param origins allowed beside the server's own.
 * @throws ORIGIN_REFUSED
 */
export function checkOrigin(request: IncomingMessage, origins: readonly string[]): void {
  const host = (request.headers.host ?? '').toLowerCase();
  const own = new Set(origins.map(origin => URL.parse(origin)?.host));
  const name = URL.parse(`http://${host}`)?.hostname.replace(/^\[|\]$/g, '') ?? '';
  if (
    isIP(name) === 0 &&
    name !== 'localhost' &&
    !name.endsWith('.localhost') &&
    name !== hostname().toLowerCase() &&
    !own.has(host)
  )
    throw new DirectorError('ORIGIN_REFUSED', `This server is not known as '${host.slice(0, 100)}'.`);
  const { origin } = request.headers;
  if (!CHANGES.has(request.method ?? '') && request.headers.upgrade === undefined) return;
  if (origin === undefined || origins.includes(origin)) return;
  if (URL.parse(origin)?.host !== host)
    throw new DirectorError(
      'ORIGIN_REFUSED',
      `Pages of ${origin.slice(0, 100)} may not change anything here.`,
    );
}
