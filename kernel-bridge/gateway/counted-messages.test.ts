import { expect, test } from 'vitest';
import type { Channel, KernelMessage } from '../protocol/message.ts';
import { CountedMessages } from './counted-messages.ts';

function said(
  number: number | string,
  type: string,
  {
    channel = 'iopub',
    content = {},
    parent = 'run',
    process = 'session_7',
  }: { channel?: Channel; content?: object; parent?: string; process?: string } = {},
): KernelMessage {
  return {
    channel,
    header: {
      msg_id: typeof number === 'string' ? number : `${process}_${number}`,
      msg_type: type,
      session: 'session',
    },
    parentHeader: { msg_id: parent, msg_type: 'execute_request', session: 'client' },
    frames: [{}, {}, {}, content].map((part) => Buffer.from(JSON.stringify(part))),
  };
}
const busy = (number: number | string) => said(number, 'status', { content: { execution_state: 'busy' } });
const idle = (number: number | string) => said(number, 'status', { content: { execution_state: 'idle' } });
const printed = (number: number | string) => said(number, 'stream');
const reply = (number: number) => said(number, 'execute_reply', { channel: 'shell' });
const misses = (messages: readonly KernelMessage[]): boolean => {
  const counted = new CountedMessages();
  return messages.map((message) => counted.heard(message)).some((since) => since !== null);
};

test.each([
  ['whole', [busy(1), printed(2), printed(3), reply(4), idle(5)]],
  ['whole, with the reply behind', [busy(1), printed(2), idle(4), reply(3)]],
  ['whole, in another order than its numbers', [busy(1), printed(3), printed(2), reply(4), idle(5)]],
  ['of a kernel that does not count', [busy('a'), printed('b'), idle('c')]],
  [
    'whole, with something of another run between',
    [busy(1), said(2, 'stream', { parent: 'other' }), reply(3), idle(4)],
  ],
  [
    'by a process that took the place of another',
    [busy(1), said(90, 'status', { process: 'session_8' }), idle(5)],
  ],
])('a run is %s', (_name, messages) => {
  expect(misses(messages)).toBe(false);
});

test.each([
  ['one message', [busy(1), printed(3), reply(4), idle(5)]],
  ['many messages', [busy(1), printed(2), printed(900), idle(902)]],
])('[I5] a run lacks %s', (_name, messages) => {
  expect(misses(messages)).toBe(true);
});
