import { randomUUID } from 'node:crypto';
import type { KernelMessage, MessageHeader } from '../../kernel-bridge/protocol/message.ts';

/** Of what the server asks kernels itself: no websocket has it, so that replies find their way to nobody. */
export const SERVER_SESSION = randomUUID();

/** A cell's source as stock JupyterLab sends it (contract §4), under an id that is known before. */
export function executeRequest(run: {
  readonly runId: string;
  readonly cellId: string;
  readonly code: string;
  readonly actor: string;
  readonly recordsTiming: boolean;
  /** The name of the kernel that was chosen for the cell. */
  readonly kernel?: string | undefined;
  /** Of the page that asked, where the cell may ask for a kernel in it. */
  readonly host?: string | undefined;
}): KernelMessage {
  const content = {
    code: run.code,
    silent: false,
    store_history: true,
    user_expressions: {},
    allow_stdin: true,
    // The kernel would abort what other people have sent it meanwhile.
    stop_on_error: false,
  };
  const header = headerOf(run.runId, 'execute_request', run.actor);
  // As in the cell's own metadata, which stock pages send.
  const { kernel, host } = run;
  const ours = { ...(kernel !== undefined && { kernel }), ...(host !== undefined && { host }) };
  const chosen = kernel === undefined && host === undefined ? {} : { in_the_loop: ours };
  const { recordsTiming: recordTiming, cellId } = run;
  return message(
    'shell',
    header,
    null,
    { trusted: true, deletedCells: [], ...chosen, recordTiming, cellId },
    content,
  );
}

/** The answer to an `input_request`. @param session of whoever asked for what waits */
export function inputReply(
  prompt: { readonly messageId: string; readonly session: string },
  value: string,
  actor: string,
): KernelMessage {
  const parent = { ...headerOf(prompt.messageId, 'input_request', actor), session: prompt.session };
  const header = headerOf(randomUUID(), 'input_reply', actor);
  return message('stdin', header, parent, {}, { status: 'ok', value });
}

type WholeHeader = MessageHeader & {
  readonly username: string;
  readonly date: string;
  readonly version: string;
};

function headerOf(id: string, type: string, actor: string): WholeHeader {
  return {
    msg_id: id,
    msg_type: type,
    session: SERVER_SESSION,
    username: actor,
    date: new Date().toISOString(),
    version: '5.3',
  };
}

function message(
  channel: 'shell' | 'stdin',
  header: WholeHeader,
  parentHeader: WholeHeader | null,
  metadata: object,
  content: object,
): KernelMessage {
  const frames = [header, parentHeader ?? {}, metadata, content].map((part) =>
    Buffer.from(JSON.stringify(part)),
  );
  return { channel, header, parentHeader, frames };
}
