import { randomUUID } from 'node:crypto';
import type { Channel, KernelMessage, MessageHeader } from '../../kernel-bridge/protocol/message.ts';
import type { Death } from './explain-death.ts';
import type { LostExecution } from './pending-executions.ts';

const EMPTY_OBJECT = Buffer.from('{}');

/** What is said in a kernel's name. */
export interface ServerMessage {
  readonly channel: Channel;
  readonly type: string;
  readonly content: Readonly<Record<string, unknown>>;
  /** What it answers, so that it is shown there. */
  readonly parent?: { readonly header: MessageHeader | null; readonly frame: Uint8Array };
}

/** What is said about a message is shown where that is. */
export function parentOf({ parentHeader, frames }: KernelMessage): NonNullable<ServerMessage['parent']> {
  return { header: parentHeader, frame: frames[1] ?? new Uint8Array() };
}

/**
 * A message from the server that a client takes for the kernel's.
 * @param session the kernel's own: a client drops what it has queued when another session speaks (contract §3.4)
 */
export function createServerMessage(session: string, message: ServerMessage): KernelMessage {
  const header = {
    msg_id: randomUUID(),
    msg_type: message.type,
    session,
    username: 'server',
    date: new Date().toISOString(),
    version: '5.3',
  };
  return {
    channel: message.channel,
    header,
    parentHeader: message.parent?.header ?? null,
    frames: [
      Buffer.from(JSON.stringify(header)),
      message.parent?.frame ?? EMPTY_OBJECT,
      EMPTY_OBJECT,
      Buffer.from(JSON.stringify(message.content)),
    ],
  };
}

export function statusMessage(
  state: 'restarting' | 'dead' | 'idle' | 'busy',
  parent?: ServerMessage['parent'],
): ServerMessage {
  return { channel: 'iopub', type: 'status', content: { execution_state: state }, ...(parent && { parent }) };
}

/** Text on stderr, under the cell that `parent` came from. */
export function stderrMessage(text: string, parent?: ServerMessage['parent']): ServerMessage {
  return streamMessage('stderr', text, parent);
}

/** Told in a cell where nothing is wrong. */
export function stdoutMessage(text: string, parent?: ServerMessage['parent']): ServerMessage {
  return streamMessage('stdout', text, parent);
}

function streamMessage(
  name: 'stdout' | 'stderr',
  text: string,
  parent: ServerMessage['parent'],
): ServerMessage {
  return {
    channel: 'iopub',
    type: 'stream',
    content: { name, text: `${text}\n` },
    ...(parent && { parent }),
  };
}

/**
 * Empties the cell that `parent` came from.
 * @param wait when the next output takes the place
 */
export function clearOutputMessage(parent: ServerMessage['parent'], wait = false): ServerMessage {
  return { channel: 'iopub', type: 'clear_output', content: { wait }, ...(parent && { parent }) };
}

/** What JupyterLab leaves in a cell of a question and its answer: eight dots for a password. */
export function inputEchoMessage(
  prompt: string,
  value: string | null,
  parent: ServerMessage['parent'],
): ServerMessage {
  const text = `${prompt} ${value ?? '········'}\n`;
  return { channel: 'iopub', type: 'stream', content: { name: 'stdin', text }, ...(parent && { parent }) };
}

/**
 * What ends an execution whose process died: why, in its cell, its reply, and idle. JupyterLab forgets what it asked
 * for at `restarting` (contract §3.8), so this is said before. One that had not begun is aborted, as kernels do after
 * an error.
 */
export function lostExecution(
  { request: parent, wasRunning, executionCount }: LostExecution,
  death: Death,
): ServerMessage[] {
  const error = { ename: 'KernelDied', evalue: death.reason, traceback: death.lines };
  const reply = { status: wasRunning ? 'error' : 'aborted', execution_count: executionCount, ...error };
  return [
    ...(wasRunning ? [{ channel: 'iopub', type: 'error', content: error, parent } as const] : []),
    {
      channel: 'shell',
      type: 'execute_reply',
      content: { ...reply, user_expressions: {}, payload: [] },
      parent,
    },
    statusMessage('idle', parent),
  ];
}

/** What ends an execution that was not begun because one before it failed. */
export function abortedExecution(request: KernelMessage): ServerMessage[] {
  const parent = { header: request.header, frame: request.frames[0] ?? EMPTY_OBJECT };
  return [
    { channel: 'shell', type: 'execute_reply', content: { status: 'aborted' }, parent },
    statusMessage('idle', parent),
  ];
}

/** What ends an execution that the kernel never got: why, its reply, and idle (contract §3.4: a client needs both). */
export function refusedExecution(request: KernelMessage, reason: string): ServerMessage[] {
  const parent = { header: request.header, frame: request.frames[0] ?? EMPTY_OBJECT };
  const content = {
    status: 'error',
    execution_count: null,
    ename: 'NotExecuted',
    evalue: reason,
    traceback: [],
    user_expressions: {},
    payload: [],
  };
  return [
    stderrMessage(reason, parent),
    { channel: 'shell', type: 'execute_reply', content, parent },
    statusMessage('idle', parent),
  ];
}
