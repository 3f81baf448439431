import { expect, test } from 'vitest';
import { KernelError } from '../../kernel.ts';
import { PlaceError } from '../../places/place-error.ts';
import { linkedError } from '../client-session.ts';
import { errorFrom, parseDown } from './down.ts';

function overTheLink(error: unknown): Error {
  const answer = { type: 'answer', id: 1, error: linkedError(error) };
  const read = parseDown(Buffer.from(JSON.stringify(answer)));
  if (read?.type !== 'answer' || read.error === undefined) throw new Error('it is no answer with an error');
  return errorFrom(read.error);
}

test('[K4] an error of a kernel keeps its code, another only its words', () => {
  expect(overTheLink(new KernelError('KERNEL_OVERLOADED', 'too much'))).toMatchObject({
    name: 'KernelError',
    code: 'KERNEL_OVERLOADED',
    message: 'too much',
  });
  expect(overTheLink(new TypeError('oh'))).toEqual(new Error('oh'));
});

test('[K4] what a place refuses comes with its remedy and details', () => {
  const error = new PlaceError('PLACE_HOST_KEY_UNKNOWN', 'never seen', 'Accept it.', {
    fingerprint: 'SHA256:x',
  });
  const read = overTheLink(error);
  expect(read).toBeInstanceOf(PlaceError);
  expect(read).toMatchObject({
    code: error.code,
    message: 'never seen',
    remedy: 'Accept it.',
    details: error.details,
  });
});

test('[K5] a code that only a newer supervisor knows becomes an error with its words', () => {
  const answer = { type: 'answer', id: 1, error: { code: 'PLACE_ON_FIRE', message: 'hot' } };
  const read = parseDown(Buffer.from(JSON.stringify(answer)));
  expect(read).toMatchObject({ error: { code: null, message: 'hot' } });
});
