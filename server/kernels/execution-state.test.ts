import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { spokenMessage } from '../../test/doubles/spoken-message.ts';
import { ExecutionState } from './execution-state.ts';
import { untrackedMessageTypes } from './untracked-message-types.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const parent = (type: string) => spokenMessage({ channel: 'shell', type });
const status = (state: string, of: string | null = 'execute_request') =>
  spokenMessage({
    type: 'status',
    content: { execution_state: state },
    parent: of === null ? null : parent(of),
  });

describe('the execution state', () => {
  test('starts, becomes idle with the first answer, and follows what people ask for', () => {
    const state = new ExecutionState();
    expect(state.current).toBe('starting');
    state.answered();
    expect(state.current).toBe('idle');
    state.observe(status('busy'));
    expect(state.current).toBe('busy');
    state.observe(status('idle'));
    expect(state.current).toBe('idle');
  });

  test.each(untrackedMessageTypes.filter((type) => type.endsWith('_request')))(
    'is not made busy by a %s',
    (type) => {
      const state = new ExecutionState();
      state.answered();
      state.observe(status('busy', type));
      expect(state.current).toBe('idle');
      state.observe(status('busy'));
      state.observe(status('idle', type));
      expect(state.current).toBe('busy');
    },
  );

  test('is no longer starting when a request that nobody tracks was worked on', () => {
    const state = new ExecutionState();
    state.observe(status('starting', 'kernel_info_request'));
    expect(state.current).toBe('starting');
    state.observe(status('busy', 'kernel_info_request'));
    expect(state.current).toBe('idle');
  });

  test('says idle when the kernel says "starting" late, after it has answered', () => {
    const state = new ExecutionState();
    state.answered();
    state.observe(status('starting', null));
    expect(state.current).toBe('idle');
    state.started();
    state.observe(status('starting', null));
    expect(state.current).toBe('starting');
  });

  test('an unreadable or foreign status changes nothing', () => {
    const state = new ExecutionState();
    state.answered();
    state.observe(spokenMessage({ type: 'status', content: {} }));
    const unreadable = status('busy');
    state.observe({ ...unreadable, frames: [...unreadable.frames.slice(0, 3), Buffer.from('{')] });
    state.observe(spokenMessage({ channel: 'shell', type: 'status', content: { execution_state: 'busy' } }));
    expect(state.current).toBe('idle');
  });

  test('activity is what people cause: tracked requests and what is said while busy, not questions of front-ends', () => {
    const state = new ExecutionState();
    const activeAfter = (message: Parameters<ExecutionState['observe']>[0]): boolean => {
      const before = state.lastActivity;
      vi.advanceTimersByTime(1000);
      state.observe(message);
      return state.lastActivity > before;
    };
    expect(activeAfter(status('busy', 'kernel_info_request'))).toBe(false);
    expect(activeAfter(spokenMessage({ type: 'stream', parent: parent('comm_info_request') }))).toBe(false);
    expect(activeAfter(spokenMessage({ channel: 'shell', type: 'execute_reply' }))).toBe(false);
    expect(activeAfter(status('busy'))).toBe(true);
    expect(activeAfter(spokenMessage({ type: 'stream', parent: parent('comm_info_request') }))).toBe(true);
    expect(activeAfter(status('idle'))).toBe(true);
  });
});
