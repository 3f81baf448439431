import { expect, test } from 'vitest';
import type { KernelMessage } from '../protocol/message.ts';
import { serverNoticeOf } from './server-notice.ts';

function said(
  type: string,
  content: object,
  { session = 'ours', parent = null as string | null } = {},
): KernelMessage {
  const parentHeader =
    parent === null ? null : { msg_id: parent, msg_type: 'execute_request', session: 'client' };
  const frames = [{}, {}, {}, content].map((part) => Buffer.from(JSON.stringify(part)));
  return { channel: 'iopub', header: { msg_id: 'm', msg_type: type, session }, parentHeader, frames };
}
// As jupyter_server 2.21 says it.
const limited = {
  name: 'stderr',
  text: 'IOPub data rate exceeded.\nThe Jupyter server will temporarily stop sending output\n',
};

test('[I5] a server that throws output away is recognised', () => {
  const message = said('stream', limited, { parent: 'request' });
  expect(serverNoticeOf(message, 'ours')).toEqual({
    kind: 'limits',
    setting: 'iopub_data_rate_limit',
    requestId: 'request',
  });
});

test('a kernel that prints the same is heard', () => {
  expect(serverNoticeOf(said('stream', limited, { session: 'kernel' }), 'ours')).toBeNull();
});

test.each([
  ['restarting', { kind: 'restarts' }],
  ['autorestarting', { kind: 'restarts' }],
  ['dead', { kind: 'gave-up' }],
  ['busy', null],
])('what a server says of the state %s', (state, notice) => {
  expect(serverNoticeOf(said('status', { execution_state: state }), 'ours')).toEqual(notice);
});

test('a status that answers something is the kernel’s', () => {
  const message = said('status', { execution_state: 'dead' }, { parent: 'request' });
  expect(serverNoticeOf(message, 'ours')).toBeNull();
});
