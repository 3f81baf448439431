import { z } from 'zod';
import {
  HOST_PATTERN,
  JUMP_PATTERN,
  jumpsOf,
  PATH_PATTERN,
  type SshSettings,
  USER_PATTERN,
} from '../../../kernel-bridge/ssh/ssh-settings.ts';
import { VERSION } from '../../version.ts';
import { definePlaceKind } from '../place-kind.ts';

const path = z.string().trim().regex(PATH_PATTERN, 'must be one line');

export const sshSchema = z.strictObject({
  host: z
    .string()
    .trim()
    .regex(HOST_PATTERN, 'must be the name or address of a machine, or an alias of ~/.ssh/config'),
  user: z.string().trim().regex(USER_PATTERN, 'must be the name of a user').optional(),
  port: z.number().int().min(1).max(65_535).optional(),
  identityFile: path.optional(),
  jump: z
    .string()
    .trim()
    .refine(
      (value) => jumpsOf(value).every((one) => JUMP_PATTERN.test(one)),
      'must be user@host:port, several parted by commas',
    )
    .optional(),
  python: path.optional(),
  kernelspecFolders: z.array(path).max(50).optional(),
  workingDirectory: path.regex(/^(\/|~$|~\/)/, 'must begin with / or ~').optional(),
  mode: z.enum(['auto', 'supervised', 'direct']).default('auto'),
}) satisfies z.ZodType<SshSettings>;

export const sshKind = definePlaceKind<SshSettings>({
  schema: sshSchema,
  // A key is named by its file, and stays in it.
  secrets: [],
  make: async (settings, { id, here, log, folder }) => {
    const { SshPlace } = await import('../../../kernel-bridge/ssh/ssh-place.ts');
    return new SshPlace({ id, settings, here, log, folder, version: VERSION });
  },
});
