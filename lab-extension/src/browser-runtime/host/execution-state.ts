import type { HostedMessage } from '../../../../kernel-bridge/hosted/hosted-message.ts';

const STATE = /"execution_state"\s*:\s*"(busy|idle)"/;
/** Of a status message's content; what is longer is output. */
const LONGEST = 100;

/** What a kernel says of itself with a status message; null for all others, of which a flood is not parsed. */
export function executionState({ channel, header, content }: HostedMessage): 'busy' | 'idle' | null {
  if (channel !== 'iopub' || content.length > LONGEST) return null;
  const state = STATE.exec(content)?.[1];
  if (state === undefined || typeOf(header) !== 'status') return null;
  return state as 'busy' | 'idle';
}

export function typeOf(header: string): string {
  return (JSON.parse(header) as { readonly msg_type?: string }).msg_type ?? '';
}
