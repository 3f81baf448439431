import { parseExecuteReply } from './execute-reply.ts';
import type { JsonObject } from './nbformat-output.ts';
import type { KernelSaid } from './run-input.ts';
import type { InputPrompt, RunRecord, RunStatus } from './run-record.ts';
import { isOver } from './run-record.ts';

/**
 * What one message about a run says of how far it is. Changes the record.
 * @returns whether anything is another now
 */
export function heardOf(record: RunRecord, said: KernelSaid, time: number): boolean {
  switch (said.messageType) {
    case 'status':
      return heardStatus(record, said.content['execution_state'], time);
    case 'execute_input':
      return heardInput(record, said.content, time);
    case 'execute_reply':
      heardReply(record, said.content, time);
      return true;
    case 'input_request':
      record.prompt = promptOf(said);
      return true;
    default:
      return false;
  }
}

function heardStatus(record: RunRecord, state: unknown, time: number): boolean {
  if (state === 'busy' && mayBegin(record)) {
    begin(record, time);
    return true;
  }
  if (state !== 'idle' || record.isIdle) return false;
  record.isIdle = true;
  record.prompt = null;
  finish(record, time);
  return true;
}

function heardInput(record: RunRecord, content: JsonObject, time: number): boolean {
  const count = content['execution_count'];
  if (typeof count === 'number') record.executionCount = count;
  if (mayBegin(record)) begin(record, time);
  return true;
}

function heardReply(record: RunRecord, content: JsonObject, time: number): void {
  const { outcome, executionCount } = parseExecuteReply(content);
  record.executionCount = executionCount;
  if (record.statusAtEnd !== null) return;
  record.statusAtEnd =
    (outcome === 'error' ? STATUS_OF_ERROR.get(String(content['ename'])) : undefined) ??
    STATUS_OF_OUTCOME[outcome];
  finish(record, time);
}

/** A request that was sent while its kernel was restarted is the next process's, although it was given up. */
function mayBegin({ status, statusAtEnd }: RunRecord): boolean {
  return status === 'queued' || (status === 'aborted' && statusAtEnd === null);
}

function begin(record: RunRecord, time: number): void {
  record.status = 'running';
  record.endedAt = null;
  record.startedAt ??= time;
}

/** Once the reply and `idle` are both there (R4). */
function finish(record: RunRecord, time: number): void {
  if (record.statusAtEnd !== null && record.isIdle && !isOver(record)) end(record, record.statusAtEnd, time);
}

const STATUS_OF_OUTCOME = {
  ok: 'done',
  error: 'failed',
  aborted: 'aborted',
  interrupted: 'interrupted',
} as const satisfies Record<string, RunStatus>;

/** A person's interrupt is an exception to a kernel; the other two are said in its name (server/kernels). */
const STATUS_OF_ERROR: ReadonlyMap<string, RunStatus> = new Map([
  ['KeyboardInterrupt', 'interrupted'],
  ['KernelDied', 'lost'],
  ['NotExecuted', 'aborted'],
]);

function end(record: RunRecord, status: RunStatus, time: number): void {
  record.status = status;
  record.endedAt ??= time;
  record.prompt = null;
  // An aborted request is busy and idle too, but nothing of it ran.
  if (status === 'aborted') record.startedAt = null;
}

/**
 * The kernel's process ended unasked: what ran is lost. What waited is told apart by its replies, for some of it is
 * handed to the next process.
 * @returns those that are another now
 */
export function kernelDied(records: Iterable<RunRecord>, time: number): RunRecord[] {
  const open = [...records].filter((record) => !isOver(record));
  const running = open.filter(({ status }) => status === 'running');
  // A process may end before its first word of an execution is out; then it was the oldest one.
  const lost = running.length > 0 ? running : open.slice(0, 1);
  for (const record of lost) end(record, 'lost', time);
  return lost;
}

/**
 * The process is another one because somebody asked for it, or there is none any more: nothing that was asked goes on.
 * @param fate of what ran
 * @returns those that are another now
 */
export function kernelStopped(
  records: Iterable<RunRecord>,
  fate: 'interrupted' | 'lost',
  time: number,
): RunRecord[] {
  const open = [...records].filter((record) => !isOver(record));
  for (const record of open) end(record, record.status === 'running' ? fate : 'aborted', time);
  return open;
}

function promptOf({ messageId, content }: KernelSaid): InputPrompt {
  const { prompt, password } = content;
  return {
    messageId,
    prompt: typeof prompt === 'string' ? prompt : '',
    isPassword: password !== false && password !== undefined,
  };
}
