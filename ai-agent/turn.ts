import { decideOn } from './approval.ts';
import type { PolicyInForce } from './approval.ts';
import { ChatError } from './chat-error.ts';
import type { ChatModel, ChatRequest } from './chat-model.ts';
import type { Clock } from './clock.ts';
import { estimateTokensOfMessages } from './estimate-tokens.ts';
import { fitRequest } from './fit-request.ts';
import type { Message, ToolCall } from './message.ts';
import { nextStep } from './next-step.ts';
import type { NextStep, Verdict } from './next-step.ts';
import { readAnswer } from './read-answer.ts';
import type { Answer } from './read-answer.ts';
import { retryDelay } from './retry-delay.ts';
import { settleWithin } from './settle-within.ts';
import { StreamedText } from './streamed-text.ts';
import type { StreamedPiece } from './streamed-text.ts';
import { ToolError } from './tool.ts';
import type { ToolPreview } from './tool.ts';
import type { ParsedCall, ToolRegistry } from './tool-registry.ts';
import type { TurnEvent, TurnOutcome } from './turn-event.ts';
import type { TurnLimits } from './turn-limits.ts';
import { evolveTurn } from './turn-state.ts';
import type { TurnState } from './turn-state.ts';
import { callIdsOf, withUniqueCallIds } from './unique-call-ids.ts';
import { failure, useTool } from './use-tool.ts';

export interface TurnDependencies {
  readonly model: ChatModel;
  readonly tools: ToolRegistry;
  /** What the model is and may do. */
  readonly instructions: string;
  /** The conversation before this turn. */
  readonly history: readonly Message[];
  readonly limits: TurnLimits;
  readonly clock: Clock;
  /** At least 0 and less than 1. */
  readonly random: () => number;
  /** Aborted when the server ends: the turn is left as it is, and whoever has its events can go on with it. */
  readonly signal: AbortSignal;
  /** As it is at the moment. */
  policy(): PolicyInForce;
  /** Resolves once the events are in the log, all or none. Nothing that they tell of is acted upon before. */
  record(events: readonly TurnEvent[]): Promise<void>;
  /** What a tool says while it is at work. */
  progress(callId: string, text: string): void;
  /** Of a failure in our own code, which is told to neither model nor person in its own words. */
  report(error: unknown): void;
}

/**
 * One turn: the model is asked, tools are used, until the model has answered. It does what its state calls for, records that, and looks
 * again. It has no memory but the state, so a turn that was left in the middle goes on from what was recorded.
 */
export class Turn {
  readonly #dependencies: TurnDependencies;
  readonly #stop = new AbortController();
  /** Of the turn as a whole: it is stopped, or the server ends. */
  readonly #signal: AbortSignal;
  readonly #parsed = new WeakMap<ToolCall, ParsedCall>();
  readonly #callIds: Set<string>;
  #state: TurnState;
  #stoppedBy: string | null = null;
  #wake: () => void = () => undefined;

  constructor(state: TurnState, dependencies: TurnDependencies) {
    this.#state = state;
    this.#dependencies = dependencies;
    this.#signal = AbortSignal.any([dependencies.signal, this.#stop.signal]);
    const { phase } = state;
    const open = phase.type === 'using-tools' ? [phase.answer] : [];
    this.#callIds = callIdsOf([...dependencies.history, ...state.messages, ...open]);
  }

  get state(): TurnState {
    return this.#state;
  }

  /**
   * Answers how the turn ended; null where it was left because the server ends.
   * @throws what `record` threw: the turn is then as the log has it
   */
  async run(): Promise<TurnOutcome | null> {
    for (;;) {
      if (this.#dependencies.signal.aborted) return null;
      const next = nextStep(this.#state, this, this.#dependencies.limits);
      if (next === null) return this.#state.outcome;
      if (this.#stoppedBy === null) await this.#take(next);
      else await this.#end({ type: 'stopped', by: this.#stoppedBy });
    }
  }

  /** Takes in an approval that is in the log already. They come in the order of the log. */
  deliver(approval: TurnEvent & { readonly type: 'approval-given' }): void {
    this.#state = evolveTurn(this.#state, approval);
    this.#wake();
  }

  /** Looks again whether what waits for approval still needs it: the policy is another. */
  reconsider(): void {
    this.#wake();
  }

  /** Ends the turn: the model is not listened to any more, the tool under way is aborted, open approvals are void. */
  stop(by: string): void {
    this.#stoppedBy ??= by;
    this.#stop.abort();
    this.#wake();
  }

  judge(call: ToolCall): Verdict {
    const parsed = this.#parse(call);
    if ('problem' in parsed) return { type: 'malformed', problem: parsed.problem };
    return { type: decideOn(parsed.tool, this.#dependencies.policy(), this.#state.grants) };
  }

  isRepeatable(call: ToolCall): boolean {
    const parsed = this.#parse(call);
    return 'tool' in parsed && parsed.tool.isRepeatable;
  }

  #parse(call: ToolCall): ParsedCall {
    const known = this.#parsed.get(call);
    if (known) return known;
    const parsed = this.#dependencies.tools.parse(call);
    this.#parsed.set(call, parsed);
    return parsed;
  }

  async #take(next: NextStep): Promise<void> {
    switch (next.type) {
      case 'ask-model':
        return this.#askModel();
      case 'request-approval':
        return this.#requestApproval(next.call);
      case 'use-tool':
        return this.#useTool(next);
      case 'refuse':
        return this.#refuse(next.call, next.reason);
      case 'wait-for-approval':
        return this.#waitForApproval();
      case 'end':
        return this.#end(next.outcome);
    }
  }

  async #askModel(): Promise<void> {
    const { turnId, step, phase } = this.#state;
    const { model, clock } = this.#dependencies;
    if (phase.type === 'asking' && phase.delay > 0) {
      const waited = await clock.wait(phase.delay, this.#signal).then(
        () => true,
        () => false,
      );
      if (!waited) return;
    }
    await this.#record({ type: 'model-asked', turnId, step });
    const events = (pieces: readonly StreamedPiece[]): TurnEvent[] =>
      pieces.map((piece) => ({ type: 'text-streamed', turnId, step, ...piece }));
    const text = new StreamedText((pieces) => this.#record(...events(pieces)));
    let answer: Answer | null = null;
    let error: unknown = null;
    try {
      answer = await readAnswer(model.ask(this.#request(), this.#signal), text);
    } catch (thrown) {
      error = thrown;
    }
    // Where an append failed it fails here, so that what is left is the model's own failure.
    const rest = events(await text.rest());
    if (answer !== null) {
      const message = withUniqueCallIds(answer.message, this.#callIds, turnId);
      await this.#record(...rest, { ...answer, type: 'model-answered', turnId, step, message });
    } else if (!this.#signal.aborted) {
      await this.#modelFailed(error);
    } else if (this.#stoppedBy !== null) {
      await this.#record(...rest);
    }
  }

  /** @param overflows - How often a request of this turn was too long for the model. */
  #request(overflows = this.#state.overflows): ChatRequest {
    const { model, instructions, history, tools } = this.#dependencies;
    const messages = [...history, ...this.#state.messages];
    const whole = { instructions, messages, tools: tools.descriptions() };
    return fitRequest(whole, model.contextTokens, overflows);
  }

  async #modelFailed(error: unknown): Promise<void> {
    const { turnId, step, phase } = this.#state;
    const { random, limits } = this.#dependencies;
    if (!(error instanceof ChatError)) {
      this.#dependencies.report(error);
      const message = 'The server failed while it spoke with the model. Its log says why.';
      return this.#end({ type: 'failed', code: 'internal', message });
    }
    const { code, message } = error;
    const failures = phase.type === 'asking' ? phase.failures : 0;
    const delay =
      code === 'context-overflow' && this.#canShorten() ? 0 : retryDelay(error, failures, random, limits);
    if (delay === null) return this.#end({ type: 'failed', code, message });
    await this.#record({ type: 'model-failed', turnId, step, code, message, delay });
  }

  #canShorten(): boolean {
    const { overflows } = this.#state;
    const [shorter, sent] = [this.#request(overflows + 1), this.#request()];
    return estimateTokensOfMessages(shorter.messages) < estimateTokensOfMessages(sent.messages);
  }

  async #requestApproval(call: ToolCall): Promise<void> {
    const parsed = this.#parse(call);
    if ('problem' in parsed) return this.#refuse(call, parsed.problem);
    const { tool } = parsed;
    const work = (async () => (await tool.preview?.(parsed.arguments)) ?? null)();
    const { clock } = this.#dependencies;
    const preview = await settleWithin<ToolPreview | null>(work, tool.timeLimit, clock, this.#signal);
    switch (preview.type) {
      case 'aborted':
        return;
      case 'value': {
        const { turnId } = this.#state;
        const { callId } = call;
        return this.#record({ type: 'approval-requested', turnId, callId, preview: preview.value });
      }
      case 'error':
        if (preview.error instanceof ToolError) return this.#refuse(call, preview.error.message);
        this.#dependencies.report(preview.error);
        return this.#refuse(call, cannotBeShown);
      case 'late':
        return this.#refuse(call, cannotBeShown);
    }
  }

  async #useTool({ call, remark, allowedBy }: NextStep & { type: 'use-tool' }): Promise<void> {
    const parsed = this.#parse(call);
    if ('problem' in parsed) return this.#refuse(call, parsed.problem);
    const { turnId, phase } = this.#state;
    const { callId } = call;
    const calls = phase.type === 'using-tools' ? phase.calls : [];
    const shown = calls.find((one) => one.call === call)?.preview ?? null;
    if (allowedBy !== null) await this.#record({ type: 'tool-started', turnId, callId, allowedBy });
    if (this.#signal.aborted) return;
    const outcome = await useTool({
      ...this.#dependencies,
      ...parsed,
      turnId,
      call,
      remark,
      shown,
      signal: this.#signal,
      progress: (text) => this.#dependencies.progress(callId, text),
    });
    if (outcome.type === 'recorded') this.#state = evolveTurn(this.#state, outcome.event);
    // What a tool answers when the server ends is no result: it is used again, or the model is told that nobody knows.
    else if (outcome.type === 'ended' && !this.#dependencies.signal.aborted) {
      await this.#record(outcome.event);
    }
  }

  async #refuse({ callId }: ToolCall, reason: string): Promise<void> {
    const { turnId } = this.#state;
    await this.#record({ type: 'tool-ended', turnId, callId, result: failure(reason) });
  }

  async #waitForApproval(): Promise<void> {
    if (this.#signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    this.#dependencies.signal.addEventListener('abort', this.#wake, { once: true });
    await promise;
    this.#dependencies.signal.removeEventListener('abort', this.#wake);
  }

  async #end(outcome: TurnOutcome): Promise<void> {
    await this.#record({ type: 'turn-ended', turnId: this.#state.turnId, outcome });
  }

  async #record(...events: readonly TurnEvent[]): Promise<void> {
    if (events.length === 0) return;
    await this.#dependencies.record(events);
    for (const event of events) this.#state = evolveTurn(this.#state, event);
  }
}

const cannotBeShown = 'What this would do could not be shown to a person; it was not carried out.';
