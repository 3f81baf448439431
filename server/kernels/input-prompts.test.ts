import { beforeEach, describe, expect, test } from 'vitest';
import { spokenMessage } from '../../test/doubles/spoken-message.ts';
import { settle, StreamUnderTest } from '../../test/doubles/stream-under-test.ts';
import type { KernelMessage } from '../../kernel-bridge/protocol/message.ts';
import { InputPrompts } from './input-prompts.ts';

let prompts: InputPrompts;
beforeEach(() => {
  prompts = new InputPrompts();
});
function ask(password: unknown, session: string | null = 'one'): KernelMessage {
  const content = { prompt: '? ', password };
  const request = spokenMessage({ channel: 'stdin', type: 'input_request', content });
  prompts.asked(request, session);
  return request;
}
function reply(parent: KernelMessage | null, value: unknown = 'typed', session = 'one') {
  const message = spokenMessage({ channel: 'stdin', type: 'input_reply', content: { value }, parent });
  return prompts.repliedEvent(message, session, 'alice');
}

describe('the reply to a prompt', () => {
  test('is recorded with what it answers, by its parent or else as the last question of its session', () => {
    const first = ask(false);
    const second = ask(false);
    expect(reply(first).data).toEqual({
      session: 'one',
      promptMessageId: first.header.msg_id,
      value: 'typed',
    });
    expect(reply(null).data).toEqual({
      session: 'one',
      promptMessageId: second.header.msg_id,
      value: 'typed',
    });
    expect(reply(null).actor).toBe('alice');
  });

  test.each([true, undefined, 'no', null])('I10: is never stored where password is %j', (password) => {
    const question = ask(password);
    for (const event of [reply(question, 'secret'), reply(null, 'secret')])
      expect(JSON.stringify(event)).not.toContain('secret');
    expect(reply(question).frames).toEqual([]);
  });

  test('I10: is not stored where nothing was asked of that session, or by a message that cannot be read', () => {
    expect(JSON.stringify(reply(null, 'secret'))).not.toContain('secret');
    ask(false, 'other');
    expect(JSON.stringify(reply(null, 'secret'))).not.toContain('secret');
    const unreadable = spokenMessage({ channel: 'stdin', type: 'input_request' });
    prompts.asked(
      { ...unreadable, frames: [...unreadable.frames.slice(0, 3), Buffer.from('{"password":NaN')] },
      'one',
    );
    expect(JSON.stringify(reply(null, 'secret'))).not.toContain('secret');
  });

  test('I10: is not stored if it names no question while a password is waited for, whatever was asked since', () => {
    const password = ask(true);
    const name = ask(false);
    expect(JSON.stringify(reply(null, 'secret'))).not.toContain('secret');
    expect(reply(name, 'name').data).toMatchObject({ value: 'name' });
    expect(JSON.stringify(reply(password, 'secret'))).not.toContain('secret');
    ask(false);
    expect(reply(null, 'name').data).toMatchObject({ value: 'name' });
  });

  test('I10: a password is in no event and no log line, and reaches the kernel', async () => {
    const under = new StreamUnderTest();
    const tab = under.open('one');
    const request = spokenMessage({ channel: 'shell', type: 'execute_request', session: 'one' });
    const content = { prompt: 'Password: ', password: true };
    under.hear(spokenMessage({ channel: 'stdin', type: 'input_request', content, parent: request }));
    await settle();
    const answer = spokenMessage({
      channel: 'stdin',
      type: 'input_reply',
      session: 'one',
      content: { value: 'pa55word' },
    });
    tab.send(answer);
    await settle();
    expect(Buffer.from(under.sent[0]!.frames[3]!).toString()).toContain('pa55word');
    const stored = (await under.events()).map((event) => [
      JSON.stringify(event),
      ...event.frames.map((frame) => Buffer.from(frame).toString()),
    ]);
    expect(stored).toHaveLength(2);
    expect(stored.flat().join('') + under.logged.join('')).not.toContain('pa55word');
  });
});
