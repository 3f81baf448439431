import type { ISessionContext } from '@jupyterlab/apputils';
import { Signal } from '@lumino/signaling';
import { expect, test } from 'vitest';
import { kernelChanged } from './kernel-change.ts';

interface Shown {
  kernelDisplayStatus: string;
  session: { kernel: { status: string } } | null;
}

function contextThat(shown: Shown) {
  const signals = { statusChanged: null, kernelChanged: null, sessionChanged: null, disposed: null };
  const all = Object.fromEntries(Object.keys(signals).map((name) => [name, new Signal<object, void>(shown)]));
  const context = Object.assign(shown, all) as unknown as ISessionContext;
  return { context, become: (next: Shown) => (Object.assign(shown, next), all['statusChanged']?.emit()) };
}

test.each([
  { kernelDisplayStatus: 'initializing', session: null },
  { kernelDisplayStatus: 'starting', session: { kernel: { status: 'dead' } } },
])(
  'a run waits for the kernel that somebody chose, also where the one before is gone: %j',
  async (before) => {
    const { context, become } = contextThat(before);
    let isDone = false;
    const done = kernelChanged(context).then(() => (isDone = true));
    await Promise.resolve();
    expect(isDone).toBe(false);
    become({ kernelDisplayStatus: 'starting', session: { kernel: { status: 'starting' } } });
    await done;
  },
);

test('it does not wait where none was chosen', async () => {
  await kernelChanged(contextThat({ kernelDisplayStatus: 'unknown', session: null }).context);
});
