import { isIPv6 } from 'node:net';
import type { RequestHandler } from 'express';
import { DirectorError } from '../../engine/errors.ts';

export interface RequestLimit {
  /** Changes that may come at once. */
  burst: number;
  /** Changes a second that may go on forever. */
  perSecond: number;
}

/** A person clicks once a second; a script that fills the queue is held at this. */
export const DEFAULT_LIMIT: RequestLimit = { burst: 200, perSecond: 20 };
/** Addresses that are remembered; the one seen longest ago is forgotten first, so memory stays bounded. */
const MOST_ADDRESSES = 10_000;

/**
 * A token bucket per address for requests that change something.
 * @throws TOO_MANY_REQUESTS
 */
export function limitRequests(
  limit: RequestLimit,
  now: () => number = () => performance.now(),
): RequestHandler {
  const buckets = new Map<string, { tokens: number; at: number }>();
  return (request, _response, next) => {
    if (request.method === 'GET' || request.method === 'HEAD') return next();
    const address = groupOf(request.socket.remoteAddress ?? '');
    const bucket = buckets.get(address) ?? { tokens: limit.burst, at: now() };
    const elapsedSeconds = (now() - bucket.at) / 1000;
    bucket.tokens = Math.min(limit.burst, bucket.tokens + elapsedSeconds * limit.perSecond);
    bucket.at = now();
    buckets.delete(address);
    buckets.set(address, bucket);
    if (buckets.size > MOST_ADDRESSES) {
      const [oldest] = buckets.keys();
      buckets.delete(oldest);
    }
    if (bucket.tokens < 1)
      throw new DirectorError(
        'TOO_MANY_REQUESTS',
        `More than ${limit.burst} changes at once, or ${limit.perSecond} a second, came from your address.`,
      );
    bucket.tokens--;
    next();
  };
}

/** One household or attacker holds a whole /64 of IPv6. */
function groupOf(address: string): string {
  return isIPv6(address) && !address.startsWith('::ffff:')
    ? address.split(':').slice(0, 4).join(':')
    : address;
}
