import type { Request, RequestHandler } from 'express';
import type { Logger } from 'pino';
import type { Identity } from './auth/identity.ts';

/** One answered request, for metrics. */
export interface AnsweredRequest {
  readonly method: string;
  /** The pattern of the route that answered, never the path itself: patterns are few. */
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
}

/** Any parameter whose name contains one of these may be a secret (I10). */
const SECRET = /token|auth|key|code|state|xsrf|password/i;

/** Nobody has to write a name in escapes. An address within the address, as the login's `next`, has parameters too. */
function isSecret(name: string, value: string): boolean {
  return SECRET.test(name) || name.includes('%') || (SECRET.test(value) && /=|%(?:25)*3d/i.test(value));
}

/** A request target that may be logged: the values of parameters that could be secrets are left out. */
export function withoutSecrets(target: string): string {
  const question = target.indexOf('?');
  if (question < 0) return target;
  const parameters = target.slice(question + 1).split('&');
  const scrubbed = parameters.map((parameter) => {
    const equals = parameter.indexOf('=');
    if (equals < 0) return parameter;
    const [name, value] = [parameter.slice(0, equals), parameter.slice(equals + 1)];
    return isSecret(name, value) ? `${name}=[secret]` : parameter;
  });
  return `${target.slice(0, question)}?${scrubbed.join('&')}`;
}

/** Tells the log and the metrics of every request, once it is answered or its client has gone. */
export function httpLog(logger: Logger, onAnswered: (answered: AnsweredRequest) => void): RequestHandler {
  return (request, response, next) => {
    const began = performance.now();
    response.once('close', () => {
      const milliseconds = performance.now() - began;
      const { statusCode: status } = response;
      onAnswered({ method: request.method, route: patternOf(request), status, seconds: milliseconds / 1000 });
      const level = status < 400 ? 'debug' : status < 500 ? 'warn' : 'error';
      if (!logger.isLevelEnabled(level)) return;
      const url = withoutSecrets(request.originalUrl);
      const user = (response.locals['identity'] as Identity | null | undefined)?.username ?? null;
      const finished = response.writableFinished ? '' : ' (the client went away)';
      logger[level](
        { method: request.method, url, status, milliseconds: Math.round(milliseconds * 100) / 100, user },
        `${status} ${request.method} ${url}${finished}`,
      );
    });
    next();
  };
}

/** Express types `route` as any; it is missing where no route matched. */
function patternOf(request: Request): string {
  const { path } =
    (request as { route?: { path: string | RegExp | readonly (string | RegExp)[] } }).route ?? {};
  if (path === undefined) return 'none';
  return [path]
    .flat()
    .map((each) => (each instanceof RegExp ? each.source : each))
    .join(' ');
}
