import type { AgentPart, AgentTurnEvent } from '../../../server/wire/agent-turn-event.ts';

type EventOf<Type extends AgentTurnEvent['type']> = Extract<AgentTurnEvent, { type: Type }>;

export type TurnOutcome = EventOf<'turn-ended'>['outcome'];
export type TokenUsage = NonNullable<EventOf<'model-answered'>['usage']>;
export type ApprovalScope = EventOf<'approval-given'>['scope'];
/** What a person is shown of a call before they allow it: JSON whose shape `kind` names. */
export type Preview = Readonly<Record<string, unknown>>;

/** A piece of what somebody wrote; an image is named by the sequence of its event and its place there. */
export type ShownPart =
  | { readonly type: 'text'; readonly text: string }
  | {
      readonly type: 'image';
      readonly description: string;
      readonly sequence: number;
      readonly frame: number;
    };

export interface CallModel {
  readonly callId: string;
  readonly toolName: string;
  readonly argumentsText: string;
  readonly status: 'open' | 'awaiting-approval' | 'approved' | 'rejected' | 'started' | 'ended';
  readonly preview: Preview | null;
  readonly approval: Pick<EventOf<'approval-given'>, 'isApproved' | 'by' | 'scope' | 'remark'> | null;
  readonly result: {
    readonly content: readonly ShownPart[];
    readonly isError: boolean;
    /** What the tool says of what it did, for looking back. */
    readonly details: Readonly<Record<string, unknown>> | null;
  } | null;
}

/** One answer of the model, and what it had done. */
export interface StepModel {
  readonly step: number;
  readonly text: string;
  readonly reasoning: string;
  /** Its whole text is there. */
  readonly isAnswered: boolean;
  /** Why the model is asked once more, and in how many milliseconds. */
  readonly failure: { readonly message: string; readonly delay: number } | null;
  readonly finish: EventOf<'model-answered'>['finish'] | null;
  readonly calls: readonly CallModel[];
}

export interface TurnModel {
  readonly turnId: string;
  /** The user name of who asked. */
  readonly asker: string;
  /** Milliseconds since the epoch. */
  readonly askedAt: number;
  readonly modelId: string;
  readonly question: readonly ShownPart[];
  readonly hasContext: boolean;
  readonly steps: readonly StepModel[];
  /** Of all answers together; null as long as no provider said it. */
  readonly usage: TokenUsage | null;
  /** Null while it is under way. */
  readonly outcome: TurnOutcome | null;
  readonly reverted: Pick<EventOf<'turn-reverted'>, 'by' | 'callIds' | 'left'> | null;
}

/** Where an event stands in its conversation. */
export interface EventPlace {
  readonly sequence: number;
  readonly time: number;
  readonly actor: string;
}

export function beginTurn(event: EventOf<'turn-started'>, { sequence, time, actor }: EventPlace): TurnModel {
  const { turnId, modelId, question, hasContext } = event;
  return {
    turnId,
    asker: actor,
    askedAt: time,
    modelId,
    question: shownParts(question, sequence),
    hasContext,
    steps: [],
    usage: null,
    outcome: null,
    reverted: null,
  };
}

/** The turn after an event of it. What does not fit changes nothing. */
export function evolveTurn(turn: TurnModel, event: AgentTurnEvent, { sequence }: EventPlace): TurnModel {
  switch (event.type) {
    case 'turn-started':
      return turn;
    case 'model-asked':
      // What was streamed of this step before is void.
      return withStep(turn, event.step, ({ step, failure }) => ({ ...emptyStep(step), failure }));
    case 'text-streamed':
      return withStep(turn, event.step, (step) => {
        if (step.isAnswered) return step;
        const streamed = event.kind === 'text' ? 'text' : 'reasoning';
        return { ...step, failure: null, [streamed]: step[streamed] + event.text };
      });
    case 'model-failed':
      return withStep(turn, event.step, ({ step }) => ({
        ...emptyStep(step),
        failure: { message: event.message, delay: event.delay },
      }));
    case 'model-answered':
      return withStep({ ...turn, usage: sumOf(turn.usage, event.usage) }, event.step, (step) => ({
        ...step,
        text: event.text,
        isAnswered: true,
        failure: null,
        finish: event.finish,
        calls: event.calls.map(openCall),
      }));
    case 'approval-requested':
      return withCall(turn, event.callId, (call) =>
        call.status === 'open' ? { ...call, status: 'awaiting-approval', preview: event.preview } : call,
      );
    case 'approval-given': {
      const { isApproved, by, scope, remark } = event;
      return withCall(turn, event.callId, (call) =>
        call.status === 'open' || call.status === 'awaiting-approval'
          ? {
              ...call,
              status: isApproved ? 'approved' : 'rejected',
              approval: { isApproved, by, scope, remark },
            }
          : call,
      );
    }
    case 'tool-started':
      return withCall(turn, event.callId, (call) =>
        call.status === 'ended' ? call : { ...call, status: 'started' },
      );
    case 'tool-ended': {
      const { content, isError, details } = event;
      return withCall(turn, event.callId, (call) =>
        call.status === 'ended'
          ? call
          : {
              ...call,
              status: call.status === 'rejected' ? 'rejected' : 'ended',
              result: { content: shownParts(content, sequence), isError, details },
            },
      );
    }
    case 'turn-ended':
      return turn.outcome === null ? { ...turn, outcome: event.outcome } : turn;
    case 'turn-reverted': {
      const { by, callIds, left } = event;
      return { ...turn, reverted: { by, callIds, left } };
    }
  }
}

/** Calls that nothing happens with before a person decides. */
export function waitingCalls(turn: TurnModel): readonly CallModel[] {
  if (turn.outcome !== null) return [];
  return (turn.steps.at(-1)?.calls ?? []).filter(({ status }) => status === 'awaiting-approval');
}

/** What the model said, without what it did. */
export function answerText(turn: TurnModel): string {
  return turn.steps
    .map(({ text }) => text)
    .filter((text) => text !== '')
    .join('\n\n');
}

export function questionText(turn: TurnModel): string {
  return turn.question.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n\n');
}

function emptyStep(step: number): StepModel {
  return { step, text: '', reasoning: '', isAnswered: false, failure: null, finish: null, calls: [] };
}

function openCall(call: EventOf<'model-answered'>['calls'][number]): CallModel {
  return { ...call, status: 'open', preview: null, approval: null, result: null };
}

/** Only the last steps change: looking from the end keeps a turn of many steps as quick as one of few. */
function withStep(turn: TurnModel, step: number, change: (step: StepModel) => StepModel): TurnModel {
  const index = turn.steps.findLastIndex((one) => one.step === step);
  if (index === -1) return { ...turn, steps: [...turn.steps, change(emptyStep(step))] };
  return { ...turn, steps: turn.steps.with(index, change(turn.steps[index] as StepModel)) };
}

function withCall(turn: TurnModel, callId: string, change: (call: CallModel) => CallModel): TurnModel {
  const index = turn.steps.findLastIndex(({ calls }) => calls.some((call) => call.callId === callId));
  const step = turn.steps[index];
  if (step === undefined) return turn;
  const calls = step.calls.map((call) => (call.callId === callId ? change(call) : call));
  return { ...turn, steps: turn.steps.with(index, { ...step, calls }) };
}

function shownParts(parts: readonly AgentPart[], sequence: number): ShownPart[] {
  return parts.map((part) =>
    part.type === 'text'
      ? part
      : { type: 'image', description: part.description, sequence, frame: part.frame },
  );
}

function sumOf(sum: TokenUsage | null, usage: TokenUsage | null): TokenUsage | null {
  if (sum === null || usage === null) return sum ?? usage;
  return {
    inputTokens: sum.inputTokens + usage.inputTokens,
    outputTokens: sum.outputTokens + usage.outputTokens,
    cachedInputTokens: sum.cachedInputTokens + usage.cachedInputTokens,
  };
}
