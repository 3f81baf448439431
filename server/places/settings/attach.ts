import { homedir } from 'node:os';
import { z } from 'zod';
import type { AttachSettings } from '../../../kernel-bridge/attach/attach-settings.ts';
import { definePlaceKind } from '../place-kind.ts';

/** One line; a leading `~` is the home folder of whoever runs the server. Empty is nothing. */
const path = z
  .string()
  .trim()
  .max(4096)
  .regex(/^[^\n\r\0]*$/, 'must be one line')
  .transform((value) => (value === '' ? undefined : value.replace(/^~(?=\/|$)/, homedir())))
  .optional();

export const attachKind = definePlaceKind<AttachSettings>({
  schema: z.strictObject({
    connectionFile: path,
    runtimeFolder: path.refine(
      (value) => value === undefined || value.startsWith('/'),
      'must begin with / or ~',
    ),
  }),
  // Keys are in the connection files, and stay there.
  secrets: [],
  make: async (settings, parts) => {
    const { AttachPlace } = await import('../../../kernel-bridge/attach/attach-place.ts');
    return new AttachPlace({ ...parts, settings });
  },
});
