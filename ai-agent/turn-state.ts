import type { TokenUsage } from './chat-model.ts';
import type { AssistantMessage, Message, ToolCall, ToolMessage, UserMessage } from './message.ts';
import type { AccountEntry } from './notebook-prompt/notebook-prompt.ts';
import type { ToolPreview, ToolResult } from './tool.ts';
import type { TurnEvent, TurnOutcome } from './turn-event.ts';

/** How far a call has got. */
export type CallStatus =
  | { readonly type: 'open' }
  | { readonly type: 'awaiting-approval' }
  | { readonly type: 'approved'; readonly remark: string | null }
  | { readonly type: 'rejected'; readonly by: string; readonly remark: string | null }
  | { readonly type: 'started'; readonly remark: string | null }
  | { readonly type: 'ended'; readonly result: ToolResult };

export interface CallState {
  readonly call: ToolCall;
  readonly status: CallStatus;
  /** What people were shown of it before they decided. */
  readonly preview: ToolPreview | null;
}

export type TurnPhase =
  | {
      readonly type: 'asking';
      /** How often the model has failed at this step. */
      readonly failures: number;
      /** In milliseconds: how long to wait before it is asked. */
      readonly delay: number;
      /** What it has said so far, which counts only if the turn is stopped in the middle of it. */
      readonly streamed: string;
    }
  | {
      readonly type: 'using-tools';
      readonly answer: AssistantMessage;
      /** In the model's order. */
      readonly calls: readonly CallState[];
    }
  | { readonly type: 'answered' };

/** All that the loop knows of a turn: what its events say, and nothing else. */
export interface TurnState {
  readonly turnId: string;
  readonly modelId: string;
  readonly question: UserMessage;
  readonly context: UserMessage | null;
  readonly account: readonly AccountEntry[];
  /** Counts the model's answers: the one that is awaited, or whose tools are used. The first is 1. */
  readonly step: number;
  readonly phase: TurnPhase;
  /** As they are sent to the model: what the person asked, the answers whose calls have all ended, and the results of these. */
  readonly messages: readonly Message[];
  /** Tools that may be used without asking for the rest of the turn. */
  readonly grants: ReadonlySet<string>;
  /** Of all answers together. */
  readonly usage: TokenUsage;
  /** How often a request was too long for the model; the next ones leave out more. */
  readonly overflows: number;
  readonly outcome: TurnOutcome | null;
}

const notAskedYet: TurnPhase = { type: 'asking', failures: 0, delay: 0, streamed: '' };

export function initialTurn(started: TurnEvent & { readonly type: 'turn-started' }): TurnState {
  return {
    turnId: started.turnId,
    modelId: started.modelId,
    question: started.question,
    context: started.context,
    account: started.account ?? [],
    step: 1,
    phase: notAskedYet,
    messages: [openingOf(started)],
    grants: new Set(),
    usage: { inputTokens: 0, outputTokens: 0, cachedInputTokens: 0 },
    overflows: 0,
    outcome: null,
  };
}

/** One message, since some models take no two of one kind in a row. The question comes last: it is what is to be answered. */
function openingOf({ context, question }: TurnEvent & { readonly type: 'turn-started' }): UserMessage {
  if (context === null) return question;
  return { role: 'user', content: [...context.content, ...question.content] };
}

/** The turn that these events tell of, oldest first. @throws TypeError if it does not begin with `turn-started` */
export function turnOf(events: Iterable<TurnEvent>): TurnState {
  let state: TurnState | null = null;
  for (const event of events) {
    if (state !== null) state = evolveTurn(state, event);
    else if (event.type === 'turn-started') state = initialTurn(event);
    else throw new TypeError(`A turn begins with turn-started, not with ${event.type}`);
  }
  if (state === null) throw new TypeError('A turn without events');
  return state;
}

/**
 * The state after an event. What does not fit the state changes nothing: a second opinion on a call that is decided, an approval of
 * what has begun. An approval and what the loop records at the same time lead to the same state in either order. What has happened counts also where the turn has ended meanwhile (`tool-ended` of a tool that was stopped too late).
 */
export function evolveTurn(state: TurnState, event: TurnEvent): TurnState {
  const { phase } = state;
  switch (event.type) {
    case 'turn-started':
      return state;
    case 'model-asked':
      if (phase.type !== 'asking' || event.step !== state.step) return state;
      return { ...state, phase: { ...phase, streamed: '' } };
    case 'text-streamed':
      if (phase.type !== 'asking' || event.step !== state.step || event.kind !== 'text') return state;
      return { ...state, phase: { ...phase, streamed: phase.streamed + event.text } };
    case 'model-failed':
      if (phase.type !== 'asking' || event.step !== state.step) return state;
      return {
        ...state,
        overflows: state.overflows + (event.code === 'context-overflow' ? 1 : 0),
        phase: { type: 'asking', failures: phase.failures + 1, delay: event.delay, streamed: '' },
      };
    case 'model-answered':
      if (phase.type !== 'asking' || event.step !== state.step) return state;
      return answered({ ...state, usage: sumOf(state.usage, event.usage) }, event.message);
    case 'approval-requested':
      // A person may be quicker than the loop's own notice that they were asked.
      return withCall(state, event.callId, ({ call, status }) => ({
        call,
        status: status.type === 'open' ? { type: 'awaiting-approval' } : status,
        preview: event.preview,
      }));
    case 'approval-given':
      return decided(state, event);
    case 'tool-started':
      return withStatus(state, event.callId, (status) =>
        status.type === 'ended' || status.type === 'started'
          ? null
          : { type: 'started', remark: status.type === 'approved' ? status.remark : null },
      );
    case 'tool-ended':
      return settled(
        withStatus(state, event.callId, ({ type }) =>
          type === 'ended' ? null : { type: 'ended', result: event.result },
        ),
      );
    case 'turn-ended':
      return state.outcome === null ? { ...state, outcome: event.outcome } : state;
  }
}

function answered(state: TurnState, answer: AssistantMessage): TurnState {
  const calls = answer.content
    .filter((part) => part.type === 'tool-call')
    .map((call): CallState => ({ call, status: { type: 'open' }, preview: null }));
  if (calls.length > 0) return { ...state, phase: { type: 'using-tools', answer, calls } };
  // Providers refuse an answer with nothing in it when it comes back to them as a part of the conversation.
  const said = answer.content.length > 0 ? [answer] : [];
  return { ...state, phase: { type: 'answered' }, messages: [...state.messages, ...said] };
}

function decided(state: TurnState, given: TurnEvent & { readonly type: 'approval-given' }): TurnState {
  const { by, remark } = given;
  const after = withStatus(state, given.callId, ({ type }) => {
    if (type !== 'open' && type !== 'awaiting-approval') return null;
    return given.isApproved ? { type: 'approved', remark } : { type: 'rejected', by, remark };
  });
  if (after === state || !given.isApproved || given.scope === 'call') return after;
  // A grant for the notebook, or for ever, is kept in the policy; until that is looked at again it counts for the turn.
  const toolName = callOf(state, given.callId)?.call.toolName;
  if (toolName === undefined) return after;
  return { ...after, grants: new Set([...after.grants, toolName]) };
}

function callOf(state: TurnState, callId: string): CallState | undefined {
  if (state.phase.type !== 'using-tools') return undefined;
  return state.phase.calls.find(({ call }) => call.callId === callId);
}

function withStatus(
  state: TurnState,
  callId: string,
  change: (status: CallStatus) => CallStatus | null,
): TurnState {
  return withCall(state, callId, (found) => {
    const status = change(found.status);
    return status && { ...found, status };
  });
}

function withCall(
  state: TurnState,
  callId: string,
  change: (call: CallState) => CallState | null,
): TurnState {
  const found = callOf(state, callId);
  const changed = found && change(found);
  if (!changed || state.phase.type !== 'using-tools') return state;
  const calls = state.phase.calls.map((one) => (one === found ? changed : one));
  return { ...state, phase: { ...state.phase, calls } };
}

/** Once the last call has ended, the answer and its results are part of the conversation, and the next answer is due. */
function settled(state: TurnState): TurnState {
  if (state.phase.type !== 'using-tools') return state;
  const results: ToolMessage[] = [];
  for (const { call, status } of state.phase.calls) {
    if (status.type !== 'ended') return state;
    results.push(toolMessage(call, status.result));
  }
  return {
    ...state,
    step: state.step + 1,
    phase: notAskedYet,
    messages: [...state.messages, state.phase.answer, ...results],
  };
}

export function toolMessage(call: ToolCall, { content, isError }: ToolResult): ToolMessage {
  return { role: 'tool', callId: call.callId, toolName: call.toolName, content, isError };
}

function sumOf(sum: TokenUsage, usage: TokenUsage | null): TokenUsage {
  if (usage === null) return sum;
  return {
    inputTokens: sum.inputTokens + usage.inputTokens,
    outputTokens: sum.outputTokens + usage.outputTokens,
    cachedInputTokens: sum.cachedInputTokens + usage.cachedInputTokens,
  };
}
