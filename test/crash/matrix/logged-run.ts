import type { LoggedEvent } from '../../servers/log-command.ts';
import { linesIn, NUMBERED } from './numbered-cell.ts';

/** What the log says of the numbered cell of a round. */
export interface LoggedRun {
  /** Of its lines, in the order of the log. */
  readonly lines: readonly number[];
  /** Of `execute_input`: one that waited while its kernel died is the first of the next; null for one that never began. */
  readonly executionCount: number | null;
  readonly hasReply: boolean;
  readonly errors: readonly string[];
}

/** @returns null where nobody recorded the request */
export function loggedRun(events: readonly LoggedEvent[], number: number): LoggedRun | null {
  const request = events.find(
    ({ type, data }) => type === 'execution-requested' && data['cellId'] === NUMBERED,
  );
  if (request === undefined) return null;
  const answers = events.flatMap(({ type, causedBy, message }) =>
    type === 'kernel-message' && causedBy === request.data['messageId'] && message ? [message] : [],
  );
  const ofType = (wanted: string) => answers.filter(({ header }) => header.msg_type === wanted);
  return {
    lines: answers.flatMap(({ header, content }) => {
      if (header.msg_type === 'stream') return linesIn(String(content['text']), number);
      const data = content['data'] as Record<string, string> | undefined;
      return header.msg_type === 'display_data' ? linesIn(String(data?.['text/plain']), number) : [];
    }),
    executionCount: (ofType('execute_input')[0]?.content['execution_count'] as number | undefined) ?? null,
    hasReply: ofType('execute_reply').length > 0,
    errors: ofType('error').map(({ content }) => String(content['ename'])),
  };
}

/** When nobody listened to the kernel, in ms since the epoch. */
export function silences(events: readonly LoggedEvent[]): { from: number; until: number }[] {
  return events.flatMap(({ type, data }) =>
    type === 'kernel-reattached'
      ? [{ from: Date.parse(String(data['silentFrom'])), until: Date.parse(String(data['silentUntil'])) }]
      : [],
  );
}
