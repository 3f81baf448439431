import { describe, expect, it } from 'vitest';
import { ConnectionModel, type ConnectionState } from './connection-model.ts';

const now = new Date('2026-11-21T10:00:00Z');

function modelWith(answers: boolean[]) {
  const waits: number[] = [];
  const model = new ConnectionModel(
    () => Promise.resolve(answers.shift() ?? true),
    (milliseconds) => {
      waits.push(milliseconds);
      return Promise.resolve();
    },
    () => now,
  );
  const states: ConnectionState['kind'][] = [];
  model.changed.connect((_, state) => states.push(state.kind));
  return { model, states, waits };
}

describe('ConnectionModel', () => {
  it('stays connected when the server answers although something failed', async () => {
    const { model, states } = modelWith([true]);
    await model.failed();
    expect(states).toEqual([]);
    expect(model.state).toEqual({ kind: 'connected' });
  });

  it('says since when the server is unreachable, and when it is back', async () => {
    const { model, states } = modelWith([false, false, true]);
    const since: unknown[] = [];
    model.changed.connect((_, state) => since.push(state.kind === 'unreachable' ? state.since : null));
    await model.failed();
    expect(states).toEqual(['unreachable', 'connected']);
    expect(since).toEqual([now, null]);
  });

  it('asks with growing pauses, up to a longest one', async () => {
    const { model, waits } = modelWith(Array<boolean>(8).fill(false));
    await model.failed();
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000, 15_000]);
  });

  it('asks once, however many failures are reported', async () => {
    const { model, states } = modelWith([false, false, true, true, true]);
    await Promise.all([model.failed(), model.failed(), model.failed()]);
    expect(states).toEqual(['unreachable', 'connected']);
  });

  it('says nothing after close', async () => {
    const { model, states } = modelWith([false]);
    model.close();
    await model.failed();
    expect(states).toEqual([]);
  });
});
