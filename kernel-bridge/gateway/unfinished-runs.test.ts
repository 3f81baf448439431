import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Channel, KernelMessage } from '../protocol/message.ts';
import { QUIET, UnfinishedRuns } from './unfinished-runs.ts';

let runs: UnfinishedRuns;
let ended: string[];
let asked: number;
beforeEach(() => {
  vi.useFakeTimers();
  [ended, asked] = [[], 0];
  runs = new UnfinishedRuns({
    ask: () => ({ msg_id: `question-${++asked}`, msg_type: 'kernel_info_request', session: 'own' }),
    ended: (ids) => ended.push(...ids),
  });
  for (const id of ['one', 'two']) runs.sent(request(id));
});
afterEach(() => {
  runs.close();
  vi.useRealTimers();
});

let number = 0;
function message(
  channel: Channel,
  type: string,
  parent: string | null,
  content: object,
  header: object = {},
) {
  const msg_id = parent === null ? '' : `session_7_${++number}`;
  return {
    channel,
    header: { msg_id, msg_type: type, session: 'kernel', ...header },
    parentHeader: parent === null ? null : { msg_id: parent, msg_type: 'execute_request', session: 'client' },
    frames: [header, {}, {}, content].map((part) => Buffer.from(JSON.stringify(part))),
  } satisfies KernelMessage;
}
const request = (id: string, more: object = {}) =>
  message('shell', 'execute_request', null, {}, { msg_id: id, ...more });
const status = (id: string, execution_state: string) => message('iopub', 'status', id, { execution_state });
const reply = (id: string) => message('shell', 'execute_reply', id, {});
const info = (id: string) => message('shell', 'kernel_info_reply', id, {});
const hear = (...messages: KernelMessage[]) => {
  for (const one of messages) runs.heard(one);
};
/** The kernel answers a question, and all that it said before is here. */
const answer = (id: string) => hear(status(id, 'busy'), info(id), status(id, 'idle'));

test('[GW5] a run with reply and idle has ended by itself, whichever comes first', () => {
  hear(status('one', 'busy'), reply('one'), status('one', 'idle'));
  hear(status('two', 'busy'), status('two', 'idle'), reply('two'));
  vi.advanceTimersByTime(10 * QUIET);
  expect([asked, ended]).toEqual([0, []]);
});

test('[GW5] a reply without idle: the kernel is asked when nothing more comes, and the run ends with its answer', () => {
  hear(status('one', 'busy'), reply('one'), status('one', 'idle'), status('two', 'busy'), reply('two'));
  vi.advanceTimersByTime(2 * QUIET);
  expect([asked, ended]).toEqual([1, []]);
  answer('question-1');
  expect(ended).toEqual(['two']);
});

test('[GW5] neither reply nor idle: a kernel that answers a later question has ended it', () => {
  hear(status('one', 'busy'));
  vi.advanceTimersByTime(2 * QUIET);
  answer('question-1');
  expect(ended).toEqual(['one', 'two']);
});

test('[GW5] an idle without reply ends with the answer to a later question', () => {
  hear(
    status('one', 'busy'),
    status('one', 'idle'),
    status('two', 'busy'),
    reply('two'),
    status('two', 'idle'),
  );
  vi.advanceTimersByTime(2 * QUIET);
  answer('question-1');
  expect(ended).toEqual(['one']);
});

test('[GW5] a run that another follows has ended; one without a reply when that comes', () => {
  hear(status('one', 'busy'), reply('one'), status('two', 'busy'));
  expect(ended).toEqual(['one']);
  runs.sent(request('three'));
  hear(status('three', 'busy'));
  expect(ended).toEqual(['one']);
  hear(reply('two'));
  expect(ended).toEqual(['one', 'two']);
});

test('[GW5] a run that takes long is asked for once, and goes on', () => {
  hear(status('one', 'busy'));
  vi.advanceTimersByTime(100 * QUIET);
  hear(reply('one'), status('one', 'idle'), status('two', 'busy'));
  expect([asked, ended]).toEqual([1, []]);
});

test('[GW5] an answer whose words on iopub are behind decides nothing; none after several does', () => {
  hear(status('one', 'busy'), reply('one'));
  vi.advanceTimersByTime(2 * QUIET);
  hear(info('question-1'));
  expect(ended).toEqual([]);
  vi.advanceTimersByTime(QUIET);
  hear(info('question-2'));
  vi.advanceTimersByTime(QUIET);
  expect(ended).toEqual([]);
  hear(info('question-3'));
  expect(ended).toEqual(['one', 'two']);
});

test('[GW5] of a kernel that does not count only a run with a reply ends by a question', () => {
  const uncounted = ({ header, ...rest }: KernelMessage) => ({ ...rest, header: { ...header, msg_id: 'x' } });
  hear(...[status('one', 'busy'), reply('one'), status('two', 'busy')].map(uncounted));
  vi.advanceTimersByTime(2 * QUIET);
  hear(...[info('question-1'), status('question-1', 'idle')].map(uncounted));
  expect(ended).toEqual(['one']);
});

test('[GW5] what runs beside the others is not concluded from them', () => {
  hear(status('one', 'busy'), reply('one'), status('one', 'idle'), reply('two'), status('two', 'idle'));
  runs.sent(request('beside', { subshell_id: 'a' }));
  runs.sent(request('three'));
  hear(status('three', 'busy'), status('beside', 'busy'));
  vi.advanceTimersByTime(2 * QUIET);
  answer('question-1');
  expect(ended).toEqual(['three']);
});

test('[GW5] what was asked before the connection broke is asked again', () => {
  hear(status('one', 'busy'), reply('one'));
  vi.advanceTimersByTime(2 * QUIET);
  runs.broken();
  vi.advanceTimersByTime(QUIET);
  expect(asked).toBe(2);
  answer('question-2');
  expect(ended).toEqual(['one', 'two']);
});
