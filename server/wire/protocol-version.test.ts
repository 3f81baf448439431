import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { downSchema } from './down.ts';
import { PROTOCOL_VERSION } from './protocol-version.ts';
import { upSchema } from './up.ts';

it('changes only on purpose: whoever adds to the protocol writes it into the history, and here', () => {
  const shape = JSON.stringify([z.toJSONSchema(upSchema), z.toJSONSchema(downSchema)]);
  const hash = createHash('sha256').update(shape).digest('hex').slice(0, 16);
  expect({ version: PROTOCOL_VERSION, hash }).toEqual({ version: 1, hash: '7df273578250ef14' });
});
