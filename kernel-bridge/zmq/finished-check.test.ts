import { describe, expect, test, vi } from 'vitest';
import { createKernelRequest } from '../protocol/kernel-request.ts';
import type { Channel, KernelMessage } from '../protocol/message.ts';
import { FinishedCheck } from './finished-check.ts';

const answer = (
  parent: KernelMessage,
  channel: Channel,
  type: string,
  content: object = {},
): KernelMessage => ({
  channel,
  header: { ...parent.header, msg_id: 'a', msg_type: type, session: 'kernel' },
  parentHeader: parent.header,
  frames: [{}, {}, {}, content].map((frame) => Buffer.from(JSON.stringify(frame))),
});
const replyTo = (parent: KernelMessage) => answer(parent, 'shell', 'kernel_info_reply');
const statusOf = (parent: KernelMessage, execution_state: string) =>
  answer(parent, 'iopub', 'status', { execution_state });

function start() {
  const sent: KernelMessage[] = [];
  const check = new FinishedCheck((request) => sent.push(request), 'us');
  let finished: boolean | null = null;
  void check.done.then((value) => (finished = value));
  const settled = async () => {
    await Promise.resolve();
    return finished;
  };
  return { check, sent, settled };
}
const others = createKernelRequest('shell', 'kernel_info_request', 'others');

describe('FinishedCheck', () => {
  test('[A3] a kernel that did nothing else between question and answer has finished', async () => {
    const { check, sent, settled } = start();
    check.heard(statusOf(sent[0]!, 'busy'));
    check.heard(replyTo(sent[0]!));
    expect(await settled()).toBeNull();
    check.heard(statusOf(sent[0]!, 'idle'));
    expect(await settled()).toBe(true);
    expect(sent).toHaveLength(1);
  });

  test('[A3] one that did is asked again, for more may wait', async () => {
    const { check, sent, settled } = start();
    for (let round = 0; round < 2; round++) {
      check.heard(statusOf(others, 'idle'));
      check.heard(statusOf(sent[round]!, 'idle'));
      check.heard(replyTo(sent[round]!));
      expect(await settled()).toBeNull();
      expect(sent).toHaveLength(round + 2);
    }
    check.heard(statusOf(sent[2]!, 'idle'));
    check.heard(replyTo(sent[2]!));
    expect(await settled()).toBe(true);
  });

  test('[A3] our own other questions do not count, nor does a kernel without a status', async () => {
    vi.useFakeTimers();
    try {
      const { check, sent, settled } = start();
      check.heard(statusOf(createKernelRequest('control', 'kernel_info_request', 'us'), 'busy'));
      check.heard(replyTo(sent[0]!));
      vi.advanceTimersByTime(1_000);
      expect(await settled()).toBe(true);
    } finally {
      vi.useRealTimers();
    }
  });

  test('[A3] a check that is cancelled says that nobody knows', async () => {
    const { check, sent, settled } = start();
    check.cancel();
    expect(await settled()).toBe(false);
    check.heard(replyTo(sent[0]!));
    expect(sent).toHaveLength(1);
  });
});
