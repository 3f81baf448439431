import { z } from 'zod';
import { bytes, duration, kernelLimits } from '../kernel-limits.ts';
import { isPlaceId } from '../places/place-id.ts';
import { placeEntrySchema } from '../places/place-settings.ts';
import { aiSchema } from './ai-options.ts';
import { CommandError } from './command-error.ts';
import { warmKernels } from './warm-kernels-option.ts';

const folder = z.string().min(1, 'must name a folder');

const wholeNumber = (message: string) =>
  z.union(
    [
      z.int().nonnegative(),
      z
        .string()
        .regex(/^\d{1,9}$/)
        .transform(Number),
    ],
    message,
  );

const truth = z.union([
  z.boolean(),
  z
    .enum(['', '0', '1', 'true', 'false'], 'must be true or false')
    .transform((v) => v === '1' || v === 'true'),
]);

// The names are those of the command line, of the configuration file and (in capitals) of the environment.
const schemas = {
  root: folder,
  port: z
    .union([z.number(), z.string().regex(/^\d+$/).transform(Number)], 'must be a whole number')
    .refine((port) => Number.isInteger(port) && port >= 0 && port <= 65_535, 'must be 0 to 65535'),
  ip: z
    .string()
    .regex(/^([\w.:%-]+|\*)$/, 'must be an address or host name of this machine')
    .transform((ip) => (ip === '*' ? '0.0.0.0' : ip)),
  token: z.string().regex(/^[!-~]*$/, 'may only hold visible ASCII characters without spaces'),
  'view-token': z.string().regex(/^[!-~]*$/, 'may only hold visible ASCII characters without spaces'),
  'base-url': z
    .string()
    .regex(
      /^(?:[\w/.~@-]|%[0-9a-f]{2})*$/i,
      'may only hold letters, digits, the characters / - _ . ~ @, and others percent-encoded',
    )
    // A browser resolves these away, encoded ones too, and would ask elsewhere.
    .refine((path) => !/(^|\/)(\.|%2e){1,2}(\/|$)/i.test(path), 'may not hold the segments . and ..')
    .transform((path) => `/${path.split('/').filter(Boolean).join('/')}/`.replace('//', '/')),
  state: folder,
  prefix: folder,
  'versions-size': wholeNumber('must be a whole number of megabytes'),
  'log-size': wholeNumber('must be a whole number of megabytes'),
  'log-age': wholeNumber('must be a whole number of days'),
  'large-data-size': wholeNumber('must be a whole number of kilobytes'),
  'live-text-size': wholeNumber('must be a whole number of megabytes'),
  limits: kernelLimits,
  'max-kernels': wholeNumber('must be a whole number of kernels'),
  'warm-kernels': warmKernels,
  'cull-idle': duration,
  'cull-connected': truth,
  'no-browser': truth,
  'log-level': z
    .string()
    .transform((level) => level.toLowerCase())
    .pipe(z.enum(['debug', 'info', 'warn', 'error'], 'must be debug, info, warn or error')),
  collaboration: z.enum(['on', 'stock', 'off'], 'must be on, stock or off'),
  'document-idle': duration,
  'pyodide-packages': z.string().min(1, 'must be a URL or a folder'),
  'pyodide-network': truth,
  'pyodide-memory': bytes,
  'pyodide-files': truth,
  'pyodide-distribution': folder,
  durability: z.enum(['process', 'disk'], 'must be process or disk'),
  ai: aiSchema,
  places: z.record(
    z.string().refine(isPlaceId, 'is named by small letters, digits and dashes'),
    placeEntrySchema,
    'must be an object',
  ),
  'hashed-password': z
    .string()
    .regex(
      /^($|argon2:\$argon2|[\w-]+:[^:]*:[0-9a-f]+$)/,
      'must be a hash as `jupyter server password` makes it',
    ),
} as const;

export type OptionName = keyof typeof schemas;
export type Options = { readonly [Name in OptionName]?: z.output<(typeof schemas)[Name]> };

export const optionNames = Object.keys(schemas) as OptionName[];

/**
 * Checks values as one source gives them.
 * @param nameIn how the source calls an option, for messages: `--port`, `$IN_THE_LOOP_PORT`
 * @throws CommandError that says which value is wrong, and how
 */
export function checkOptions(
  given: Readonly<Record<string, unknown>>,
  nameIn: (option: string) => string,
): Options {
  const options: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue;
    const schema = optionNames.find((known) => known === name);
    if (schema === undefined) {
      throw new CommandError(
        `${nameIn(name)} is not an option. The options are ${optionNames.join(', ')}; \`in-the-loop --help\` explains each.`,
        2,
      );
    }
    const checked = schemas[schema].safeParse(value);
    if (!checked.success) {
      const { message: reason = 'is not valid', path = [] } = checked.error.issues[0] ?? {};
      const part = path.length === 0 ? '' : ` (${path.join('.')})`;
      // What was given is not repeated: it may be a token.
      throw new CommandError(
        `${nameIn(name)}${part} ${reason}. \`in-the-loop --help\` explains each option.`,
        2,
      );
    }
    options[name] = checked.data;
  }
  return options;
}
