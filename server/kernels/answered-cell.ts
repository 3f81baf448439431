import { randomUUID } from 'node:crypto';
import type { KernelMessage } from '../../kernel-bridge/protocol/message.ts';
import type { CellEnd } from './cell-answerer.ts';
import type { CellRequest, CellsInTurnOptions } from './cells-in-turn.ts';
import { parseObject } from '../message-part.ts';
import type { KernelQuestion } from './kernel-questions.ts';
import type { ServerMessage } from './server-message.ts';
import { clearOutputMessage, statusMessage } from './server-message.ts';

/** Nobody is told how it ends. */
export const GONE = new Error('Nobody waits for this answer any more');

/** One that has begun. */
export interface CellAtTurn extends CellRequest {
  /** An earlier server had begun with it. */
  readonly wasBegun: boolean;
  readonly signal: AbortSignal;
}

export function interruptedEnd(what: string): CellEnd {
  const traceback = [`KeyboardInterrupt: ${what}`];
  return { status: 'error', ename: 'KeyboardInterrupt', evalue: '', traceback, isShown: false };
}

/** The server answers a cell, in its kernel's name. @returns whether it failed */
export async function answerCell(
  options: CellsInTurnOptions,
  { message, actor, wasBegun, signal }: CellAtTurn,
): Promise<boolean> {
  const { conversation, answerer } = options;
  const parent = asParent(message);
  const code = String(parseObject(message.frames[3])['code']);
  const tell = (said: ServerMessage): void => {
    if (signal.reason !== GONE) options.say({ ...said, parent });
  };
  conversation.executions.begin(message);
  options.sayState(statusMessage('busy', parent));
  tellInput(tell, code, conversation.nextCount);
  if (wasBegun) tell(clearOutputMessage(parent));
  const displayId = randomUUID();
  let isShown = false;
  const show = (data: Readonly<Record<string, unknown>>): void => {
    const type = isShown ? 'update_display_data' : 'display_data';
    isShown = true;
    const shown = { data, metadata: {}, transient: { display_id: displayId } };
    if (!signal.aborted) tell({ channel: 'iopub', type, content: shown });
  };
  const asked = {
    kernelId: options.kernelId,
    path: options.documentPath(),
    cellId: cellIdOf(message),
    actor,
    code,
    signal,
    show,
    ask: (question: KernelQuestion) => options.ask(question, { actor, signal }),
  };
  let end: CellEnd;
  try {
    end = (await answerer?.answer(asked)) ?? { status: 'ok' };
  } catch (error) {
    end = signal.aborted ? interruptedEnd('the answer was interrupted') : failedEnd(options, error);
  }
  return tellEnd(options, { message, signal, end });
}

/** @returns what a cell is told when the server itself fails at it */
export function failedEnd({ report }: Pick<CellsInTurnOptions, 'report'>, error: unknown): CellEnd {
  report(error);
  const evalue = 'The server failed while it answered this cell. Its log says why.';
  return { status: 'error', ename: 'ServerError', evalue, traceback: [evalue], isShown: false };
}

export function tellInput(tell: (said: ServerMessage) => void, code: string, count: number): void {
  tell({ channel: 'iopub', type: 'execute_input', content: { code, execution_count: count } });
}

/** What ends a cell that the server ends. @returns whether it failed */
export function tellEnd(
  { conversation, say, sayState }: Pick<CellsInTurnOptions, 'conversation' | 'say' | 'sayState'>,
  ended: { readonly message: KernelMessage; readonly signal: AbortSignal; readonly end: CellEnd },
): boolean {
  const { message, signal, end } = ended;
  if (signal.reason === GONE) return false;
  const parent = asParent(message);
  const { ename, evalue, traceback } = end.status === 'error' ? end : NOTHING_WRONG;
  if (end.status === 'error' && !end.isShown)
    say({ channel: 'iopub', type: 'error', content: { ename, evalue, traceback }, parent });
  const count = conversation.nextCount;
  const reply = { status: end.status, execution_count: count, user_expressions: {}, payload: [] };
  const failure = end.status === 'error' ? { ename, evalue, traceback } : {};
  say({ channel: 'shell', type: 'execute_reply', content: { ...reply, ...failure }, parent });
  sayState(statusMessage('idle', parent));
  conversation.executions.refused(message.header.msg_id);
  return end.status === 'error';
}

const NOTHING_WRONG = { ename: '', evalue: '', traceback: [] };

export function asParent({ header, frames }: KernelMessage): NonNullable<ServerMessage['parent']> {
  return { header, frame: Buffer.from(frames[0] ?? '{}') };
}

function cellIdOf({ frames }: KernelMessage): string | null {
  const { cellId } = parseObject(frames[2]);
  return typeof cellId === 'string' ? cellId : null;
}
