import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { KernelError } from '../kernel.ts';
import type { KernelMessage } from '../protocol/message.ts';
import { KernelGreeting } from './kernel-greeting.ts';

function reply(content: string): KernelMessage {
  const header = { msg_id: '1', msg_type: 'kernel_info_reply', session: 'k' };
  const frames = ['{}', '{}', '{}', content].map((text) => Buffer.from(text));
  return { channel: 'shell', header, parentHeader: null, frames };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('KernelGreeting', () => {
  test('[R1] asks once and is done when both a reply and iopub are heard', async () => {
    const nudge = vi.fn();
    const greeting = new KernelGreeting(nudge);
    greeting.heardOnIopub();
    greeting.answered(reply('{"implementation":"k"}'));
    expect(await greeting.done).toEqual({ implementation: 'k' });
    await vi.advanceTimersByTimeAsync(120_000);
    expect(nudge).toHaveBeenCalledTimes(1);
  });

  test('[R1] asks again, soon and then less often, while replies come but iopub is silent', async () => {
    const nudge = vi.fn();
    const greeting = new KernelGreeting(nudge);
    const times: number[] = [];
    for (let round = 0; round < 7; round++) {
      greeting.answered(reply(`{"round":${round}}`));
      const asked = nudge.mock.calls.length;
      let waited = 0;
      for (; nudge.mock.calls.length === asked; waited++) await vi.advanceTimersByTimeAsync(1);
      times.push(waited);
    }
    expect(times).toEqual([10, 20, 40, 80, 160, 250, 250]);
    greeting.heardOnIopub();
    expect(await greeting.done).toEqual({ round: 0 });
  });

  test('[R1] repeats a question that is not answered for a second', async () => {
    const nudge = vi.fn();
    const greeting = new KernelGreeting(nudge);
    await vi.advanceTimersByTimeAsync(3_000);
    expect(nudge).toHaveBeenCalledTimes(4);
    greeting.cancel(new KernelError('KERNEL_DEAD', 'over'));
    await expect(greeting.done).rejects.toMatchObject({ code: 'KERNEL_DEAD' });
  });

  test('[R3] fails after 60 seconds and asks no more', async () => {
    const nudge = vi.fn();
    const greeting = new KernelGreeting(nudge);
    await vi.advanceTimersByTimeAsync(60_000);
    await expect(greeting.done).rejects.toMatchObject({ code: 'KERNEL_NOT_READY' });
    const asked = nudge.mock.calls.length;
    greeting.answered(reply('{}'));
    greeting.heardOnIopub();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(nudge).toHaveBeenCalledTimes(asked);
  });

  test('[R1] is satisfied by a reply that is no JSON: the kernel answers', async () => {
    const greeting = new KernelGreeting(() => undefined);
    greeting.answered(reply('NaN-like'));
    greeting.heardOnIopub();
    expect(await greeting.done).toEqual({});
  });
});
