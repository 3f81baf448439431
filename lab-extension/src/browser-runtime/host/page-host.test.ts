import { expect, test } from 'vitest';
import { PageHost } from './page-host.ts';
import { pageMessage } from './page-message.ts';
import type { HostSettings, HostTells } from './page-talk.ts';

test('an execution that reaches no kernel is answered, and anything else is told', async () => {
  const told: HostTells[] = [];
  const host = new PageHost(
    {} as HostSettings,
    () => {
      throw new Error('nothing is started');
    },
    (tells) => void told.push(tells),
  );
  host.hear({ type: 'send', kernelId: 'gone', message: pageMessage('shell', 'complete_request', {}, '{}') });
  expect(told).toEqual([{ type: 'problem', text: expect.stringContaining('no such kernel') as string }]);
  const request = pageMessage('shell', 'execute_request', { code: '1' }, '{}');
  host.hear({ type: 'send', kernelId: 'gone', message: request });
  const answered = (): readonly (readonly string[])[] =>
    told.flatMap((tells) =>
      tells.type === 'messages'
        ? tells.messages.map(({ content, parentHeader }) => [parentHeader, content])
        : [],
    );
  await expect.poll(answered).toHaveLength(3);
  expect(answered().map(([parent]) => parent)).toEqual([request.header, request.header, request.header]);
  expect(answered()[0]?.[1]).toContain('This was not run: there is no such kernel in this page.');
});
