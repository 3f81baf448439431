import type { Response } from 'express';

/**
 * The host's page. Its own scripts are files of ours; what is inline are the realms of HTML kernels, sandboxed frames of
 * an origin of their own that inherit this and narrow it. It is never framed but by our pages.
 */
const PAGE = [
  "default-src 'none'",
  "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob: data:",
  "style-src 'unsafe-inline'",
  'img-src data: blob:',
  'font-src data:',
  'media-src data: blob:',
  "worker-src 'self' blob:",
  "connect-src 'self'",
  "frame-src 'self' data: blob:",
  "frame-ancestors 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');
/** Workers have the policy of their own file: people's Python compiles WebAssembly, and may ask other machines. */
const SCRIPT = [
  "default-src 'none'",
  "script-src 'self' 'unsafe-eval' https: blob:",
  "worker-src 'self' blob:",
  'connect-src * data: blob:',
].join('; ');

/**
 * What a browser needs to share memory between this document and its workers, and what keeps others from reading it.
 * Chromium takes Document-Isolation-Policy from a frame whatever page embeds it; others want COEP of all of them.
 */
export function isolate(response: Response, file: string): void {
  response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
  const isPage = file.endsWith('.html');
  if (!isPage && !/\.m?js$/.test(file)) return;
  response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp');
  response.setHeader('Document-Isolation-Policy', 'isolate-and-require-corp');
  response.setHeader('Content-Security-Policy', isPage ? PAGE : SCRIPT);
}
