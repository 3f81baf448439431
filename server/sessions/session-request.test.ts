import { describe, expect, test } from 'vitest';
import { ZodError } from 'zod';
import { readNewSession, readSessionChange } from './session-request.ts';

describe('a request for a new session', () => {
  test('says which document, and which kernel or kernelspec', () => {
    const body = { path: 'a', name: 'n', type: 'console', kernel: { name: 'python3', id: 'k' }, extra: 1 };
    expect(readNewSession(body)).toEqual({
      path: 'a',
      name: 'n',
      type: 'console',
      kernelName: 'python3',
      kernelId: 'k',
    });
  });

  test('may leave out, null or empty what it does not care for', () => {
    const expected = { path: '', name: null, type: '', kernelName: null, kernelId: null };
    expect(readNewSession({ path: '', type: '' })).toEqual(expected);
    expect(readNewSession({ path: '', type: '', name: null, kernel: { name: null, id: '' } })).toEqual(
      expected,
    );
  });

  test('may be in the words of the API of old', () => {
    expect(readNewSession({ notebook: { path: 'a.ipynb' } })).toMatchObject({
      path: 'a.ipynb',
      type: 'notebook',
    });
    expect(readNewSession({ notebook: { path: 'a', name: 'b' }, type: 'file' })).toMatchObject({
      path: 'b',
      type: 'notebook',
    });
  });

  test.each([
    { body: null, message: 'No JSON data provided' },
    { body: { type: 'notebook' }, message: 'Missing field in JSON data: path' },
    { body: { path: 'a' }, message: 'Missing field in JSON data: type' },
  ])('$body is 400: $message', ({ body, message }) => {
    expect(() => readNewSession(body)).toThrow(expect.objectContaining({ status: 400, message }));
  });

  test.each([{ path: 1, type: 'a' }, { path: 'a', type: 'a', kernel: 'python3' }, [], 'text'])(
    '%j is of wrong types',
    (body) => {
      expect(() => readNewSession(body)).toThrow(ZodError);
    },
  );
});

describe('a request to change a session', () => {
  test('changes what it names, and nothing else', () => {
    expect(readSessionChange({})).toEqual({});
    expect(readSessionChange([])).toEqual({});
    expect(readSessionChange({ id: 'x', path: 'b' })).toEqual({ path: 'b' });
    expect(readSessionChange({ name: null, type: 't' })).toEqual({ name: null, type: 't' });
  });

  test("prefers a kernel's id to its name, and takes no null for either", () => {
    expect(readSessionChange({ kernel: { id: 'k', name: 'python3' } })).toEqual({ kernel: { id: 'k' } });
    expect(readSessionChange({ kernel: { id: null, name: 'python3' } })).toEqual({
      kernel: { name: 'python3' },
    });
    expect(readSessionChange({ kernel: { id: null, name: null } })).toEqual({});
  });

  test('may be in the words of the API of old', () => {
    expect(readSessionChange({ notebook: { path: 'b' }, type: 'file' })).toEqual({
      path: 'b',
      type: 'notebook',
    });
    expect(readSessionChange({ notebook: { name: 'b' }, type: 'file' })).toEqual({ type: 'file' });
  });

  test('without a body is 400', () => {
    expect(() => readSessionChange(null)).toThrow(expect.objectContaining({ status: 400 }));
    expect(() => readSessionChange({ path: null })).toThrow(ZodError);
  });
});
