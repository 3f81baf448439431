import { expect, test, vi } from 'vitest';
import type { Channel, KernelMessage } from '../protocol/message.ts';
import { CountedMessages } from './counted-messages.ts';

function said(
  number: number | string,
  type: string,
  {
    channel = 'iopub',
    content = {},
    parent = 'run',
    parentType = 'execute_request',
    process = 'session_7',
  }: { channel?: Channel; content?: object; parent?: string; parentType?: string; process?: string } = {},
): KernelMessage {
  return {
    channel,
    header: {
      msg_id: typeof number === 'string' ? number : `${process}_${number}`,
      msg_type: type,
      session: 'session',
    },
    parentHeader: { msg_id: parent, msg_type: parentType, session: 'client' },
    frames: [{}, {}, {}, content].map((part) => Buffer.from(JSON.stringify(part))),
  };
}
type Answered = Parameters<typeof said>[2];
const busy = (number: number | string, more: Answered = {}) =>
  said(number, 'status', { content: { execution_state: 'busy' }, ...more });
const idle = (number: number | string, more: Answered = {}) =>
  said(number, 'status', { content: { execution_state: 'idle' }, ...more });
const printed = (number: number | string) => said(number, 'stream');
const reply = (number: number) => said(number, 'execute_reply', { channel: 'shell' });
const question = { parent: 'question', parentType: 'kernel_info_request' };
const other = { parent: 'other', parentType: 'kernel_info_request' };
const next = { parent: 'next' };
const theirs = { parent: 'theirs' };

/** What was sent from here is `run`. */
function begin(): CountedMessages {
  const counted = new CountedMessages();
  counted.sent({
    channel: 'shell',
    header: { msg_id: 'run', msg_type: 'execute_request', session: 'client' },
    parentHeader: null,
    frames: [],
  });
  return counted;
}
function misses(messages: readonly KernelMessage[]): boolean {
  const counted = begin();
  return messages.map((message) => counted.heard(message)).some((since) => since !== null);
}

test.each([
  ['whole', [busy(1), printed(2), printed(3), reply(4), idle(5)]],
  ['whole, with the reply behind', [busy(1), printed(2), idle(4), reply(3)]],
  ['whole, with the reply long before', [busy(1), reply(4), printed(2), printed(3), idle(5)]],
  ['whole, in another order than its numbers', [busy(1), printed(3), printed(2), reply(4), idle(5)]],
  ['of a kernel that does not count', [busy('a'), printed('b'), idle('c')]],
  ['whole, with something of another run between', [busy(1), said(2, 'stream', theirs), reply(3), idle(4)]],
  [
    'by a process that took the place of another',
    [busy(1), said(90, 'status', { process: 'session_8' }), idle(5)],
  ],
  [
    'whole, with a reply to another client in it',
    [busy(1), busy(2, question), idle(4, question), reply(5), idle(6)],
  ],
  [
    'whole, after questions on two channels at the same time',
    [busy(1, question), idle(5, question), busy(3, other), idle(6, other), busy(7), reply(8), idle(9)],
  ],
  [
    'whole, with a reply to another client at its end',
    [busy(1), busy(2, question), reply(4), idle(5), idle(6, question)],
  ],
  [
    "another client's, with its reply",
    [busy(1, theirs), said(2, 'stream', theirs), idle(4, theirs), busy(5), reply(6), idle(7)],
  ],
  [
    "another client's, with questions",
    [busy(1, theirs), said(3, 'stream', theirs), said(5, 'stream', theirs), idle(7, theirs)],
  ],
])('[GW4] nothing is missing where a run is %s', (_name, messages) => {
  expect(misses(messages)).toBe(false);
});

test.each([
  ['one message', [busy(1), printed(3), reply(4), idle(5)]],
  ['one message, with the reply behind', [busy(1), idle(5), reply(4)].concat([busy(6), reply(7), idle(8)])],
  ['many messages', [busy(1), printed(2), printed(900), idle(902)]],
  [
    'one message beside a reply to another',
    [busy(1), busy(2, question), idle(4, question), printed(6), reply(7), idle(8)],
  ],
  ['its idle, which the next one shows', [busy(1), reply(2), busy(4, next), reply(5), idle(6, next)]],
  ["another client's idle, and then one message", [busy(1, theirs), busy(6), printed(8), reply(9), idle(10)]],
  ["many of another client's messages", [busy(1, theirs), said(7, 'stream', theirs), idle(9, theirs)]],
])('[I5] [GW4] what a run lacks is missing: %s', (_name, messages) => {
  expect(misses(messages)).toBe(true);
});

test('[GW4] what was told of otherwise is not told again', () => {
  const counted = new CountedMessages();
  for (const message of [busy(1), printed(2)]) counted.heard(message);
  counted.toldOf('run');
  for (const message of [printed(9), reply(10), idle(11)]) expect(counted.heard(message)).toBeNull();
  for (const message of [busy(12, theirs), printed(13)]) counted.heard(message);
  counted.toldAll();
  for (const message of [printed(90), idle(91, theirs)]) expect(counted.heard(message)).toBeNull();
});

test('[GW4] what nothing else was heard of is missing at the end of any request, when it has had time to come', () => {
  vi.useFakeTimers();
  const counted = begin();
  for (const message of [busy(1), reply(2), busy(4, question), idle(6, question)])
    expect(counted.heard(message)).toBeNull();
  vi.advanceTimersByTime(2_000);
  expect(counted.heard(busy(7, other))).toBeNull();
  expect(counted.heard(idle(9, other))).not.toBeNull();
  vi.useRealTimers();
});

test('[GW4] what a kernel says while it starts is not missing', () => {
  const counted = new CountedMessages();
  counted.heard(busy(1, question));
  counted.isStarting();
  for (const message of [idle(20, question), busy(21), reply(22), idle(23)])
    expect(counted.heard(message)).toBeNull();
});
