import type { HostedMessage } from '../../../../kernel-bridge/hosted/hosted-message.ts';

let count = 0;

/** What the page's host itself says in a kernel's stead. */
export function pageMessage(
  channel: 'iopub' | 'shell',
  type: string,
  content: Readonly<Record<string, unknown>>,
  parentHeader: string,
): HostedMessage {
  const header = {
    ...{ msg_id: `page-host-${(count += 1)}`, msg_type: type, session: 'page-host', username: '' },
    ...{ date: new Date().toISOString(), version: '5.4' },
  };
  const texts = { header: JSON.stringify(header), parentHeader, metadata: '{}' };
  return { channel, ...texts, content: JSON.stringify(content), buffers: [] };
}

/** The answer to an execution that reached no kernel. @param why for people */
export function notRun(request: HostedMessage, why: string): readonly HostedMessage[] {
  const error = { ename: 'NotRun', evalue: why, traceback: [why] };
  return [
    pageMessage('iopub', 'error', error, request.header),
    pageMessage(
      'shell',
      'execute_reply',
      { status: 'error', execution_count: null, ...error },
      request.header,
    ),
    pageMessage('iopub', 'status', { execution_state: 'idle' }, request.header),
  ];
}
