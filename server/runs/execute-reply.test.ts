import { describe, expect, it } from 'vitest';
import { parseExecuteReply } from './execute-reply.ts';

const page = (text: string) => ({ source: 'page', data: { 'text/plain': text }, start: 0 });

describe('parseExecuteReply', () => {
  it('[R3] [R4] reads outcome and count', () => {
    expect(parseExecuteReply({ status: 'error', execution_count: 7, ename: 'E' })).toEqual({
      outcome: 'error',
      executionCount: 7,
      page: null,
    });
  });

  it.each([[{ status: 'aborted' }], [{ status: 'aborted', execution_count: null }]])(
    '[R3] has no count where the kernel gave none: %j',
    (content) => {
      expect(parseExecuteReply(content)).toEqual({ outcome: 'aborted', executionCount: null, page: null });
    },
  );

  it('[R4] takes a broken reply as the end of the run too', () => {
    expect(parseExecuteReply({ status: 3, execution_count: 'x', payload: 'y' })).toEqual({
      outcome: 'error',
      executionCount: null,
      page: null,
    });
  });

  it('[M4] shows the first page, and only of a run that went well', () => {
    const payload = [{ source: 'set_next_input', text: 'x' }, page('first'), page('second')];
    const shown = { output_type: 'display_data', data: { 'text/plain': 'first' }, metadata: {} };
    expect(parseExecuteReply({ status: 'ok', execution_count: 1, payload }).page).toEqual(shown);
    expect(parseExecuteReply({ status: 'error', execution_count: 1, payload }).page).toBeNull();
  });
});
