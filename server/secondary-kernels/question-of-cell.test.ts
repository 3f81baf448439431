import { describe, expect, test } from 'vitest';
import type { KernelMessage } from '../../kernel-bridge/protocol/message.ts';
import { answerForCell, nothingKnown, questionOfCell } from './question-of-cell.ts';

function asked(type: string, content: object): KernelMessage {
  const header = { msg_id: 'm', msg_type: type, session: 's' };
  const frames = [header, {}, {}, content].map((part) => Buffer.from(JSON.stringify(part)));
  return { channel: 'shell', header, parentHeader: null, frames };
}

describe('a question about a cell that names its kernel', () => {
  test('is asked without the line that names it, and answered for the cell as it is written', () => {
    const question = questionOfCell(asked('complete_request', { code: '%%kernel 𝕜\nprin', cursor_pos: 15 }));
    expect(question).toMatchObject({ name: '𝕜', offset: 11, content: { code: 'prin', cursor_pos: 4 } });
    if (question === null) return;
    const types = [{ start: 0, end: 4, text: 'print' }];
    const reply = { status: 'ok', matches: ['print'], cursor_start: 0, cursor_end: 4 };
    expect(answerForCell(question, { ...reply, metadata: { _jupyter_types_experimental: types } })).toEqual({
      type: 'complete_reply',
      content: {
        ...{ ...reply, cursor_start: 11, cursor_end: 15 },
        metadata: { _jupyter_types_experimental: [{ start: 11, end: 15, text: 'print' }] },
      },
    });
    expect(nothingKnown(question).content).toMatchObject({ matches: [], cursor_start: 15, cursor_end: 15 });
  });

  test('has nothing to ask where the cursor is in that line', () => {
    const question = questionOfCell(asked('inspect_request', { code: '%%kernel r\nx', cursor_pos: 3 }));
    expect(question).toMatchObject({ name: 'r', content: null });
  });

  test.each([
    ['complete_request', 'prin'],
    ['inspect_request', '"%%kernel r"\nx'],
    ['execute_request', '%%kernel r\nx'],
  ])('is no %s of %j', (type, code) => {
    expect(questionOfCell(asked(type, { code, cursor_pos: 1 }))).toBeNull();
  });
});
