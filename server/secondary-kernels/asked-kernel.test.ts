import { describe, expect, test } from 'vitest';
import { executeRequest } from '../../test/doubles/spoken-message.ts';
import { askedKernel, requestFor } from './asked-kernel.ts';
import { parseObject } from '../message-part.ts';

const request = (code: string, metadata: object = {}) => {
  const message = executeRequest('a', code);
  const frames = message.frames.map((frame, index) =>
    index === 2 ? Buffer.from(JSON.stringify(metadata)) : frame,
  );
  return { ...message, frames };
};

describe('the kernel that a request asks for', () => {
  test('is written on its first line with anything on it, or chosen', () => {
    expect(askedKernel(request('\n %%kernel  HTML \r\n<b>').frames)).toMatchObject({
      name: 'HTML',
      code: '<b>',
      host: null,
    });
    expect(askedKernel(request('%%kernel').frames)).toMatchObject({ name: '', code: '', host: null });
    const chosen = { in_the_loop: { kernel: 'r' } };
    expect(askedKernel(request('1', chosen).frames)).toMatchObject({ name: 'r', code: '1', host: null });
    expect(askedKernel(request('%%kernel b\n1', chosen).frames)).toMatchObject({
      name: 'b',
      code: '1',
      host: null,
    });
    // The run queue says which page asked.
    const ofPage = { in_the_loop: { host: 'page' } };
    expect(askedKernel(request('%%kernel html\n1', ofPage).frames)).toMatchObject({ host: 'page' });
    expect(askedKernel(request('1', ofPage).frames)).toBeNull();
  });

  test.each([
    ['print("%%kernel x")', {}],
    ['%%kernels\n1', {}],
    ['1', { in_the_loop: { kernel: '' } }],
    ['1', { in_the_loop: 'r' }],
  ])('is none in %j with %j', (code, metadata) => {
    expect(askedKernel(request(code, metadata).frames)).toBeNull();
  });

  test('gets it under the same id, without what makes it the cell of a notebook', () => {
    const asked = request('%%kernel b\n1', { cellId: 'c', in_the_loop: { kernel: 'r' }, trusted: true });
    const passed = requestFor({ code: '1' }, asked);
    expect(passed.header).toEqual(asked.header);
    expect(passed.frames[0]).toBe(asked.frames[0]);
    expect(parseObject(passed.frames[2])).toEqual({ trusted: true });
    expect(parseObject(passed.frames[3])).toEqual({ ...parseObject(asked.frames[3]), code: '1' });
  });
});
