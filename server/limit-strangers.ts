import type { RequestHandler } from 'express';

/** Whoever is not signed in has nothing longer to send than the login form. */
const STRANGERS_SEND_FOR = 30_000;

/**
 * Ends connections on which somebody who is not signed in goes on sending a body. Nothing else would: Node's limit for
 * whole requests is off, because a big save on a slow line may take its time.
 */
export const limitStrangers: RequestHandler = (request, response, next) => {
  const { 'content-length': length, 'transfer-encoding': encoding } = request.headers;
  if (encoding !== undefined || (length !== undefined && length !== '0')) {
    const timer = setTimeout(() => {
      if (!response.locals['identity']) request.socket.destroy();
    }, STRANGERS_SEND_FOR);
    timer.unref();
    request.once('close', () => clearTimeout(timer));
  }
  next();
};
