import type { Kernel } from '@jupyterlab/services';
import { expect, test } from 'vitest';
import { nameInQuestions } from './name-in-questions.ts';

test('what is asked of a cell names the kernel that was chosen for it, and the answer is for the cell as it is', async () => {
  const heard: unknown[] = [];
  const kernel = {
    requestComplete(content: object) {
      heard.push(content);
      const types = [{ start: 11, end: 13, text: 'print' }];
      const at = { cursor_start: 11, cursor_end: 13, metadata: { _jupyter_types_experimental: types } };
      return Promise.resolve({ content: { status: 'ok', matches: ['print'], ...at } });
    },
    requestInspect: (content: object) => Promise.resolve(heard.push(content)),
  } as unknown as Kernel.IKernelConnection;
  nameInQuestions(kernel, (code) => (code === 'pr' ? 'r' : null));
  const reply = await kernel.requestComplete({ code: 'pr', cursor_pos: 2 });
  expect(heard.pop()).toEqual({ code: '%%kernel r\npr', cursor_pos: 13 });
  const types = [{ start: 0, end: 2, text: 'print' }];
  expect(reply.content).toMatchObject({
    ...{ cursor_start: 0, cursor_end: 2 },
    metadata: { _jupyter_types_experimental: types },
  });
  await kernel.requestInspect({ code: 'own', cursor_pos: 1, detail_level: 0 });
  expect(heard.pop()).toEqual({ code: 'own', cursor_pos: 1, detail_level: 0 });
});
