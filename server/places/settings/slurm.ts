import { isAbsolute, join } from 'node:path';
import { z } from 'zod';
import type { JobResources, SlurmSettings } from '../../../kernel-bridge/slurm/slurm-settings.ts';
import { definePlaceKind } from '../place-kind.ts';

/** What a line of a script may hold: two lines would be two. */
const line = z
  .string()
  .max(2000)
  .refine((text) => !/\p{Cc}/u.test(text.replaceAll('\t', '')), 'is one line, without control characters');
const path = z
  .string()
  .max(1000)
  .refine((text) => isAbsolute(text) && !/\p{Cc}/u.test(text), 'is an absolute path');
/** A number is as good as its digits. */
const word = z
  .union([z.string(), z.number()])
  .transform((value) => String(value).trim())
  .refine((text) => /^[\w@.,:+%/-]*$/.test(text), 'is as sbatch takes it, in one word')
  // Forms send what is not filled in.
  .transform((text) => (text === '' ? undefined : text));
const lines = z
  .union([
    z.array(line),
    z
      .string()
      .transform((text) => text.split('\n'))
      .pipe(z.array(line)),
  ])
  .transform((all) => all.filter((text) => text.trim() !== ''));

const defaults: z.ZodType<JobResources> = z.strictObject({
  partition: word.optional(),
  time: word.optional(),
  cpus: word.optional(),
  memory: word.optional(),
  gpus: word.optional(),
  account: word.optional(),
  qos: word.optional(),
});

const schema: z.ZodType<SlurmSettings> = z.strictObject({
  mode: z.enum(['auto', 'supervised', 'direct']).default('auto'),
  defaults: defaults.default({}),
  options: lines.default([]),
  setUp: lines.default([]),
  python: path.optional(),
  workingDirectory: path.optional(),
  sharedFolder: path.optional(),
  configuration: path.optional(),
  networkInterface: z
    .string()
    .regex(/^[\w.:@-]{1,15}$/, 'is the name of a network interface, such as ib0')
    .optional(),
  allowUnencrypted: z.boolean().default(false),
  serverUrl: z.url({ protocol: /^https?$/ }).optional(),
  node: path.optional(),
});

/** This program, as an agent in a job: the nodes see our files. */
const PROGRAM = join(import.meta.dirname, '..', '..', 'main.js');

export const slurmKind = definePlaceKind<SlurmSettings>({
  schema,
  secrets: [],
  async make(settings, parts) {
    const { SlurmPlace } = await import('../../../kernel-bridge/slurm/slurm-place.ts');
    return new SlurmPlace({ ...parts, settings, agent: [settings.node ?? process.execPath, PROGRAM] });
  },
});
