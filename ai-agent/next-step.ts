import type { TurnLimits } from './turn-limits.ts';
import type { TurnOutcome } from './turn-event.ts';
import type { CallState, TurnState } from './turn-state.ts';
import type { ToolCall } from './message.ts';

/** What may become of a call, as registry and policy see it now. */
export type Verdict =
  { readonly type: 'allow' | 'ask' | 'never' } | { readonly type: 'malformed'; readonly problem: string };

export interface CallJudge {
  judge(call: ToolCall): Verdict;
  isRepeatable(call: ToolCall): boolean;
}

export type NextStep =
  | { readonly type: 'ask-model' }
  | { readonly type: 'request-approval'; readonly call: ToolCall }
  | {
      readonly type: 'use-tool';
      readonly call: ToolCall;
      readonly remark: string | null;
      /** How it was allowed; null for a call that was begun before the server ended. */
      readonly allowedBy: 'approval' | 'policy' | null;
    }
  /** The call ends without being carried out; the model reads why. */
  | { readonly type: 'refuse'; readonly call: ToolCall; readonly reason: string }
  | { readonly type: 'wait-for-approval' }
  | { readonly type: 'end'; readonly outcome: TurnOutcome };

/** What is to be done with a turn that is in this state. Null where it is over. */
export function nextStep(state: TurnState, judge: CallJudge, limits: TurnLimits): NextStep | null {
  if (state.outcome !== null) return null;
  switch (state.phase.type) {
    case 'answered':
      return { type: 'end', outcome: { type: 'done' } };
    case 'asking':
      if (state.step <= limits.steps) return { type: 'ask-model' };
      return { type: 'end', outcome: { type: 'step-limit', steps: limits.steps } };
    case 'using-tools':
      return ofCalls(state.phase.calls, judge, limits);
  }
}

/** All calls are put to the person at once; they are used one after the other, as the model ordered them. */
function ofCalls(calls: readonly CallState[], judge: CallJudge, limits: TurnLimits): NextStep {
  for (const [index, { call, status }] of calls.entries()) {
    if (status.type !== 'open') continue;
    if (index >= limits.callsPerAnswer) {
      const reason = `An answer may have at most ${limits.callsPerAnswer} calls; this one was not carried out.`;
      return { type: 'refuse', call, reason };
    }
    const verdict = judge.judge(call);
    if (verdict.type === 'malformed') return { type: 'refuse', call, reason: verdict.problem };
    if (verdict.type === 'never') return { type: 'refuse', call, reason: notAllowed };
    if (verdict.type === 'ask') return { type: 'request-approval', call };
  }
  const due = calls.find(({ status }) => status.type !== 'ended');
  return due ? ofDueCall(due, judge) : { type: 'wait-for-approval' };
}

const notAllowed = 'The policy in force does not allow this tool. Go on without it.';

function ofDueCall({ call, status }: CallState, judge: CallJudge): NextStep {
  const verdict = judge.judge(call);
  switch (status.type) {
    case 'started':
      if (verdict.type !== 'malformed' && verdict.type !== 'never' && judge.isRepeatable(call)) {
        return { type: 'use-tool', call, remark: status.remark, allowedBy: null };
      }
      return { type: 'refuse', call, reason: unknownEnd };
    case 'rejected':
      return { type: 'refuse', call, reason: rejection(status.by, status.remark) };
    case 'open':
    case 'awaiting-approval':
    case 'approved': {
      if (verdict.type === 'malformed') return { type: 'refuse', call, reason: verdict.problem };
      if (verdict.type === 'never') return { type: 'refuse', call, reason: notAllowed };
      if (status.type === 'approved') {
        return { type: 'use-tool', call, remark: status.remark, allowedBy: 'approval' };
      }
      if (verdict.type === 'ask') return { type: 'wait-for-approval' };
      return { type: 'use-tool', call, remark: null, allowedBy: 'policy' };
    }
    case 'ended':
      throw new TypeError('A call that has ended is not due');
  }
}

const unknownEnd =
  'The server ended while this was under way. Nobody knows whether it was carried out: look before you try again.';

function rejection(by: string, remark: string | null): string {
  return `${by} did not allow this; it was not carried out.${remark === null ? '' : ` They say: ${remark}`}`;
}
