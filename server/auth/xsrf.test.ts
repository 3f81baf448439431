import { expect, test } from 'vitest';
import type { HttpError } from '../http-error.ts';
import { Xsrf } from './xsrf.ts';

const xsrf = new Xsrf('key');
const refusal = (headers: Record<string, string>, field: string | null): string | null => {
  try {
    xsrf.check(headers, field);
    return null;
  } catch (error) {
    expect((error as HttpError).status).toBe(403);
    return (error as HttpError).message;
  }
};

test('takes its own token with its cookie, in a field or a header', () => {
  const token = xsrf.issue();
  const cookie = `other=1; _xsrf=${token}`;
  expect(refusal({ cookie }, token)).toBeNull();
  expect(refusal({ cookie, 'x-xsrftoken': token }, null)).toBeNull();
  expect(refusal({ cookie, 'x-csrftoken': token }, '')).toBeNull();
});

test('is found whole by the expression that JupyterLab reads its cookie with', () => {
  const token = xsrf.issue();
  expect(`a=1; _xsrf=${token}; b=2`.match('\\b_xsrf=([^;]*)\\b')?.[1]).toBe(token);
});

test("refuses in Jupyter's words", () => {
  const token = xsrf.issue();
  expect(refusal({ cookie: `_xsrf=${token}` }, null)).toBe("'_xsrf' argument missing from POST");
  expect(refusal({ cookie: `_xsrf=${xsrf.issue()}` }, token)).toBe(
    'XSRF cookie does not match POST argument',
  );
  expect(refusal({}, token)).toBe('XSRF cookie does not match POST argument');
});

test('takes a token of another server on this machine where the browser says that our own page asks, and only there', () => {
  const foreign = '2|c0d963aa|23d0d62d51bf7ff34ffbde1ed6686261|1795245616';
  const headers = { cookie: `_xsrf=${foreign}`, 'x-xsrftoken': foreign, host: 'localhost:8888' };
  expect(refusal(headers, null)).toBe("'_xsrf' argument has invalid format");
  expect(refusal({ ...headers, origin: 'http://localhost:9999' }, null)).toBe(
    "'_xsrf' argument has invalid format",
  );
  expect(refusal({ ...headers, origin: 'http://localhost:8888' }, null)).toBeNull();
});

test('knows its own cookie from others, so that a page replaces those', () => {
  expect(xsrf.hasOwnCookie({ cookie: `_xsrf=${xsrf.issue()}` })).toBe(true);
  for (const cookie of ['', '_xsrf=', '_xsrf=abc.def', `_xsrf=${new Xsrf('other').issue()}`])
    expect(xsrf.hasOwnCookie({ cookie })).toBe(false);
});
