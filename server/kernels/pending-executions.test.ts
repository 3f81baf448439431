import { beforeEach, describe, expect, test } from 'vitest';
import type { KernelMessage } from '../../kernel-bridge/protocol/message.ts';
import { executeRequest, spokenMessage } from '../../test/doubles/spoken-message.ts';
import { PendingExecutions } from './pending-executions.ts';

let pending: PendingExecutions;
const first = executeRequest('one');
const second = executeRequest('two');
const third = executeRequest('one');
const headerOf = ({ header, frames }: KernelMessage) => ({ header, frame: frames[0] });
beforeEach(() => {
  pending = new PendingExecutions();
  for (const request of [first, second, third]) pending.sent(request);
});

describe('PendingExecutions', () => {
  test('what was answered is not lost; what was spoken of was running, under its number; the rest waited', () => {
    pending.heard(spokenMessage({ type: 'status', parent: first }));
    pending.heard(spokenMessage({ channel: 'shell', type: 'execute_reply', parent: first }));
    pending.heard(spokenMessage({ type: 'execute_input', parent: second, content: { execution_count: 7 } }));
    expect(pending.lost(new Set())).toEqual([
      { request: headerOf(second), wasRunning: true, executionCount: 7 },
      { request: headerOf(third), wasRunning: false, executionCount: null },
    ]);
    expect(pending.lost(new Set())).toEqual([]);
  });

  test('the oldest was running where nothing was said of any', () => {
    expect(pending.lost(new Set()).map(({ wasRunning }) => wasRunning)).toEqual([true, false, false]);
  });

  test('what the next process gets is not lost, but may be with that one', () => {
    const waiting = new Set([second, third].map(({ header }) => header.msg_id));
    expect(pending.lost(waiting).map(({ request }) => request)).toEqual([headerOf(first)]);
    expect(pending.lost(new Set()).map(({ request }) => request)).toEqual([
      headerOf(second),
      headerOf(third),
    ]);
  });

  test('what went to a process that was replaced on request is forgotten; other requests never counted', () => {
    pending.forget();
    pending.sent(spokenMessage({ channel: 'shell', type: 'complete_request' }));
    expect(pending.lost(new Set())).toEqual([]);
  });

  test('what was answered and never idle is known until then, or until one after it is idle', () => {
    for (const request of [first, second])
      pending.heard(spokenMessage({ channel: 'shell', type: 'execute_reply', parent: request }));
    expect(pending.begun()).toEqual([first, second].map(headerOf));
    expect(pending.isSettled).toBe(false);
    const ids = [first.header.msg_id, third.header.msg_id];
    expect(pending.neverIdle(ids)).toEqual([headerOf(first)]);
    expect(pending.neverIdle(ids)).toEqual([]);
    pending.heard(spokenMessage({ type: 'status', parent: second, content: { execution_state: 'idle' } }));
    expect(pending.begun()).toEqual([]);
  });
});
