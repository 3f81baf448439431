import { expect, test } from 'vitest';
import { dialectOf } from '../../kernel-bridge/protocol/websocket-dialect.ts';
import { V1_SUBPROTOCOL } from '../../kernel-bridge/protocol/websocket-v1-codec.ts';
import { spokenMessage } from '../../test/doubles/spoken-message.ts';
import { OutgoingMessage } from './outgoing-message.ts';

test('a message is encoded once a dialect, however many sockets get it', () => {
  const message = OutgoingMessage.fromKernel(spokenMessage(), null);
  const [v1, legacy] = [dialectOf(V1_SUBPROTOCOL), dialectOf('')];
  expect(message.frame(v1)).toBe(message.frame(v1));
  expect(message.frame(legacy)).toBe(message.frame(legacy));
  expect(message.frame(v1)).not.toBe(message.frame(legacy));
});
