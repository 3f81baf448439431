import { isAbsolute } from 'node:path';
import { z } from 'zod';
import type { GatewaySettings } from '../../../kernel-bridge/gateway/gateway-settings.ts';
import { definePlaceKind } from '../place-kind.ts';

/** RFC 9110: what a header may be called, and hold. */
const headerName = z.string().regex(/^[!#$%&'*+.^`|~\w-]+$/, 'is no name of a header');
const headerValue = z
  .string()
  .max(8192)
  .regex(/^[\t\x20-\x7e\x80-\xff]*$/, 'holds what no header may');
const variableName = z.string().regex(/^[A-Za-z_]\w*$/, 'is no name of a variable');
/** As a file or a field of several lines has them: `Name: value`, or `NAME=value`. */
const pairs = (separator: ':' | '='): ((given: unknown) => unknown) => {
  const line = separator === ':' ? /^([^:]+):(.*)$/ : /^([^=]+)=(.*)$/;
  return (given) => {
    if (typeof given !== 'string') return given;
    const lines = given.split('\n').filter((one) => one.trim() !== '');
    const parts = lines.map((one) => line.exec(one.trim()));
    if (parts.includes(null)) return given;
    return Object.fromEntries(parts.map((part) => [part?.[1]?.trim() ?? '', part?.[2]?.trim() ?? '']));
  };
};
/** Ours to say: they belong to the connection. */
const OWN_HEADERS = /^(host|connection|upgrade|content-length|transfer-encoding|sec-websocket-.*)$/i;

const schema: z.ZodType<GatewaySettings> = z.strictObject({
  url: z
    .string()
    .trim()
    .max(2000)
    .transform((given, context) => {
      const url = URL.canParse(given) ? new URL(given) : null;
      const refuse = (message: string): never => {
        context.addIssue({ code: 'custom', message });
        return z.NEVER;
      };
      if (url === null || !/^https?:$/.test(url.protocol))
        return refuse('is no address that begins with http:// or https://');
      if (url.username !== '' || url.password !== '')
        return refuse('holds a user name or password: give a token or headers');
      if (url.searchParams.has('token')) return refuse('holds a token: give it by itself');
      // As it is copied from a browser, where pages come after the base.
      const base = url.pathname.replace(/\/(?:lab|tree|notebooks|edit|login)(?:\/.*)?$/, '/');
      return `${url.origin}${base.endsWith('/') ? base : `${base}/`}`;
    }),
  token: headerValue.min(1).optional(),
  headers: z
    .preprocess(
      pairs(':'),
      z.record(
        headerName.refine((name) => !OWN_HEADERS.test(name), 'is a header of the connection itself'),
        headerValue,
      ),
    )
    .optional(),
  kernelUsername: z.string().min(1).max(200).optional(),
  kernelEnvironment: z.preprocess(pairs('='), z.record(variableName, z.string().max(65_536))).optional(),
  verifyTls: z.boolean().optional(),
  certificateAuthority: z.string().refine(isAbsolute, 'is no absolute path').optional(),
  launchTimeout: z.int().min(1).max(3600).optional(),
});

export const gatewayKind = definePlaceKind({
  schema,
  secrets: ['token', 'headers', 'kernelEnvironment'],
  renewsSecrets: true,
  make: async (settings, { here, log, folder }) => {
    const { GatewayPlace } = await import('../../../kernel-bridge/gateway/gateway-place.ts');
    return new GatewayPlace({ settings, here, log, folder });
  },
});
