import { describe, expect, test } from 'vitest';
import { KernelError } from '../kernel.ts';
import { parseMessageHeader } from './message-header.ts';

const parse = (text: string) => parseMessageHeader(Buffer.from(text));

describe('parseMessageHeader', () => {
  test('[W5] keeps what the server reads and ignores the rest', () => {
    const text =
      '{"msg_id":"1","msg_type":"status","session":"ü","subshell_id":null,"n":12345678901234567890}';
    expect(parse(text)).toEqual({ msg_id: '1', msg_type: 'status', session: 'ü' });
  });

  test('[W5] reads missing fields as empty', () => {
    expect(parse('{"msg_type":"status"}')).toEqual({ msg_id: '', msg_type: 'status', session: '' });
  });

  test('[W5] is not spoilt by NaN and Infinity, nor touches them inside strings', () => {
    expect(parse('{"msg_id":"a, NaN","msg_type":"t","session":"s","x":[NaN, -Infinity]}')).toEqual({
      msg_id: 'a, NaN',
      msg_type: 't',
      session: 's',
    });
  });

  test.each(['{}', 'null', ' {} '])('[W4] takes %j for no message', (text) => {
    expect(parse(text)).toBeNull();
  });

  test.each(['', '[]', '"text"', '{"msg_id":', '7'])('[W5] refuses %j', (text) => {
    expect(() => parse(text)).toThrow(KernelError);
  });
});
