import type { RequestHandler } from 'express';

/** WebAssembly (Havok, Recast) and workers from blobs are ours; nothing comes from anywhere else. */
const STUDIO_POLICY = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self' blob:",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "media-src 'self' blob:",
  "connect-src 'self' data: blob:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * Of the worker that decodes KTX2 textures (web/viewer/load/basis.worker.ts): the package's glue makes functions of
 * strings. What it runs sees no page, and nothing may be loaded or asked for from there.
 */
export const TRANSCODER_POLICY = "default-src 'none'; script-src 'self' 'unsafe-eval'";

/** Of pages that we write ourselves and that need no script: the API's documentation, a run's report. */
export const PAGE_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'";

/** Of files that people have uploaded: whatever they hold, it never runs and never sees the studio's origin. */
export const FILE_POLICY =
  "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; media-src 'self'; frame-ancestors 'none'";

export const securityHeaders: RequestHandler = (_request, response, next) => {
  response.setHeader('Content-Security-Policy', STUDIO_POLICY);
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('X-Frame-Options', 'DENY');
  response.setHeader('Referrer-Policy', 'same-origin');
  response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
  response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
  response.setHeader('Permissions-Policy', 'camera=(), microphone=(), geolocation=()');
  next();
};
