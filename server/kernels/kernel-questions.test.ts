import { describe, expect, test } from 'vitest';
import type { KernelMessage } from '../../kernel-bridge/protocol/message.ts';
import { spokenMessage } from '../../test/doubles/spoken-message.ts';
import { settle, StreamUnderTest } from '../../test/doubles/stream-under-test.ts';

const question = { channel: 'shell', type: 'inspect_request', content: { code: 'x' } } as const;

describe('a question of the server to a kernel', () => {
  test('is answered once the kernel has replied and is idle, with what it published', async () => {
    const kernel = new StreamUnderTest();
    const tab = kernel.open('a');
    const heard: string[] = [];
    const { signal } = new AbortController();
    const answer = kernel.stream.ask(question, {
      actor: 'ada',
      signal,
      onPublished: ({ type }) => heard.push(type),
    });
    await settle();
    const [asked] = kernel.sent as [KernelMessage];
    expect(asked.header.msg_type).toBe('inspect_request');
    kernel.hear(spokenMessage({ type: 'status', parent: asked, content: { execution_state: 'busy' } }));
    kernel.hear(spokenMessage({ parent: asked, content: { name: 'stdout', text: 'well' } }));
    kernel.hear(spokenMessage({ content: { name: 'stdout', text: 'of somebody else' } }));
    const content = { status: 'ok', found: true };
    kernel.hear(spokenMessage({ channel: 'shell', type: 'inspect_reply', parent: asked, content }));
    kernel.hear(spokenMessage({ type: 'status', parent: asked, content: { execution_state: 'idle' } }));
    expect(await answer).toEqual({
      reply: content,
      published: [{ type: 'stream', content: { name: 'stdout', text: 'well' } }],
    });
    expect(heard).toEqual(['stream']);
    // Its reply is nobody else's.
    expect(tab.types).not.toContain('inspect_reply');
  });

  test('ends with the kernel’s process, with a restart, and when it is given up', async () => {
    const kernel = new StreamUnderTest();
    const patience = new AbortController();
    const ask = (): Promise<unknown> =>
      kernel.stream.ask(question, { actor: 'ada', signal: patience.signal }).catch((error: unknown) => error);
    const [first, died] = [ask(), { reason: 'It died.', lines: [] }];
    kernel.stream.died(died, new Set());
    expect(await first).toMatchObject({ code: 'KERNEL_DEAD', message: 'It died.' });
    const second = ask();
    kernel.stream.restarting();
    expect(await second).toMatchObject({ code: 'KERNEL_DEAD' });
    const third = ask();
    patience.abort(new Error('enough'));
    expect(await third).toMatchObject({ message: 'enough' });
    expect(await ask()).toMatchObject({ message: 'enough' });
    await kernel.stream.end();
    const late = kernel.stream.ask(question, { actor: 'ada', signal: new AbortController().signal });
    await expect(late).rejects.toMatchObject({ code: 'KERNEL_DEAD' });
  });
});
