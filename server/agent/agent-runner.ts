import { ChatError } from '../../ai-agent/chat-error.ts';
import type { ChatModel } from '../../ai-agent/chat-model.ts';
import { effectIdOf } from '../../ai-agent/effect-id.ts';
import { systemClock } from '../../ai-agent/clock.ts';
import type { UserMessage } from '../../ai-agent/message.ts';
import type { AccountEntry } from '../../ai-agent/notebook-prompt/notebook-prompt.ts';
import type { ToolRegistry } from '../../ai-agent/tool-registry.ts';
import { Turn } from '../../ai-agent/turn.ts';
import type { ApprovalScope, TurnEvent } from '../../ai-agent/turn-event.ts';
import { defaultTurnLimits } from '../../ai-agent/turn-limits.ts';
import type { TurnState } from '../../ai-agent/turn-state.ts';
import { conversationOf } from '../../ai-agent/conversation-of.ts';
import type { EventLog } from '../../event-log/event-log.ts';
import { agentOf } from '../auth/agent-actor.ts';
import type { Identity } from '../auth/identity.ts';
import { fromIdentityModel, toIdentityModel } from '../auth/identity-model.ts';
import type { Logger } from '../logger.ts';
import { AgentApiError } from './agent-error.ts';
import { ApprovalExpiry } from './approval-expiry.ts';
import type { AgentPolicies } from './agent-policies.ts';
import type { AgentThreads, OpenTurn, ThreadRecord } from './agent-threads.ts';
import { threadStream } from './agent-threads.ts';
import { readThread } from './read-thread.ts';
import { storedTurnEvent } from './stored-turn-event.ts';

/** What an agent has to work with in a thread. */
export interface AgentEquipment {
  readonly tools: ToolRegistry;
  /** What the model is and may do. */
  readonly instructions: string;
  /** The turn works no more. Idempotent. */
  close(): void;
}

export interface AgentRunnerDependencies {
  readonly log: EventLog;
  readonly threads: AgentThreads;
  readonly policies: AgentPolicies;
  /** @throws ChatError */
  readonly openModel: (modelId: string) => Promise<ChatModel>;
  /** @param person with whose rights the agent acts */
  readonly equip: (thread: ThreadRecord, turnId: string, person: Identity) => Promise<AgentEquipment>;
  /** Takes back runs that tools began, by the effect ids of their calls. */
  readonly cancelRuns: (effectIds: readonly string[], by: string) => Promise<void>;
  /** Milliseconds for which something waits for people's approval before the answer is no; null for ever. */
  readonly approvalsExpire: number | null;
  /** What a tool says while it is at work; told to who watches, and not kept. */
  readonly progress: (said: { threadId: string; turnId: string; callId: string; text: string }) => void;
  readonly logger: Logger;
}

/** A question to an agent. */
export interface NewTurn {
  /** The page's own: asked again, it is not begun again. */
  readonly turnId: string;
  readonly modelId: string;
  readonly question: UserMessage;
  readonly context: UserMessage | null;
  readonly account: readonly AccountEntry[];
  readonly seen: Readonly<Record<string, string>>;
}

export interface GivenApproval {
  /** Null: all that wait. */
  readonly callId: string | null;
  readonly isApproved: boolean;
  readonly scope: ApprovalScope;
  readonly remark: string | null;
}

/** Tokens; of a model of which nobody says it. */
const UNKNOWN_WINDOW = 32_000;

/** Who says no where nobody did. */
const SERVER = { username: 'server' };

interface RunningTurn {
  readonly open: OpenTurn;
  readonly thread: ThreadRecord;
  readonly turn: Turn;
  readonly finished: Promise<void>;
}

/** Drives the turns that are under way, whoever watches: also those that an earlier process of the server began. */
export class AgentRunner {
  readonly #deps: AgentRunnerDependencies;
  readonly #running = new Map<string, RunningTurn>();
  /** By thread, the turn whose beginning is on its way into the log. */
  readonly #beginning = new Map<string, { readonly turnId: string; readonly begun: Promise<void> }>();
  #resuming: Promise<void> | null = null;
  /** Calls whose approval is on its way into the log. */
  readonly #deciding = new Set<string>();
  readonly #closing = new AbortController();

  constructor(deps: AgentRunnerDependencies) {
    this.#deps = deps;
  }

  /** Goes on with what was under way when the server ended. */
  resume(): Promise<void> {
    return (this.#resuming ??= this.#resumeAll().finally(() => (this.#resuming = null)));
  }

  async #resumeAll(): Promise<void> {
    for (const open of this.#deps.threads.openTurns()) {
      const thread = this.#deps.threads.get(open.threadId);
      const isBeginning = this.#beginning.get(open.threadId)?.turnId === open.turnId;
      if (thread === undefined || isBeginning || this.#running.has(open.turnId)) continue;
      try {
        await this.#drive(thread, open);
      } catch (error) {
        this.#deps.logger.error(
          { err: error, turn: open.turnId },
          'A turn of an agent cannot be gone on with',
        );
        await this.#abandon(open, error);
      }
    }
  }

  /**
   * @param model that is asked by this server; null: the one of the id, as any later server opens it
   * @throws AgentApiError turn_under_way, unknown_model
   */
  async begin(
    thread: ThreadRecord,
    asked: NewTurn,
    person: Identity,
    model: ChatModel | null = null,
  ): Promise<void> {
    const { threadId } = thread;
    const { turnId } = asked;
    const beginning = this.#beginning.get(threadId);
    if (beginning?.turnId === turnId) return beginning.begun;
    const open = this.#deps.threads.openTurns().find((turn) => turn.threadId === threadId);
    if (open?.turnId === turnId) return;
    if (open !== undefined || beginning !== undefined) throw underWay();
    const begun = this.#begin(thread, asked, person, model);
    this.#beginning.set(threadId, { turnId, begun });
    try {
      await begun;
    } finally {
      this.#beginning.delete(threadId);
    }
  }

  /** Resolves once nothing more is done in a turn here; at once for one that is not under way. */
  async whenOver(turnId: string): Promise<void> {
    await this.#running.get(turnId)?.finished;
  }

  /** How far a turn that is under way has got; null for any other. */
  stateOf(turnId: string): TurnState | null {
    return this.#running.get(turnId)?.turn.state ?? null;
  }

  /** @throws AgentApiError turn_is_over, no_open_approval */
  async approve(
    thread: ThreadRecord,
    turnId: string,
    given: GivenApproval,
    person: Pick<Identity, 'username'>,
  ): Promise<void> {
    const running = await this.#find(thread, turnId);
    const calls = waitingCalls(running.turn.state).filter(
      (call) => (given.callId ?? call.callId) === call.callId && !this.#deciding.has(call.callId),
    );
    if (calls.length === 0)
      throw new AgentApiError(
        'no_open_approval',
        'Nothing of this turn waits for that approval.',
        'Look at the turn again: somebody may have decided, or it was stopped.',
      );
    for (const { callId } of calls) this.#deciding.add(callId);
    try {
      for (const { callId, toolName } of calls) await this.#decide(running, callId, toolName, given, person);
    } finally {
      for (const { callId } of calls) this.#deciding.delete(callId);
    }
  }

  /**
   * Ends a turn; what it has done stays.
   * @param andRuns what it has had run is interrupted too
   * @throws AgentApiError turn_is_over
   */
  async stop(thread: ThreadRecord, turnId: string, andRuns: boolean, person: Identity): Promise<void> {
    const { turn, finished } = await this.#find(thread, turnId);
    const effects = andRuns ? startedCalls(turn.state).map(({ callId }) => effectIdOf(turnId, callId)) : [];
    turn.stop(person.username);
    await this.#deps.cancelRuns(effects, person.username);
    await finished;
  }

  /** Turns look again whether what waits for approval still needs it. */
  reconsider(): void {
    for (const { turn } of this.#running.values()) turn.reconsider();
  }

  /** Leaves turns as they are; the next server goes on with them. Idempotent. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all([...this.#running.values()].map(({ finished }) => finished));
  }

  async #begin(
    thread: ThreadRecord,
    asked: NewTurn,
    person: Identity,
    model: ChatModel | null,
  ): Promise<void> {
    const { threadId } = thread;
    const { turnId } = asked;
    const turns = await readThread(this.#deps.log, threadId);
    if (turns.some(({ state }) => state.turnId === turnId)) return;
    await this.#deps.openModel(asked.modelId).catch((error: unknown) => {
      if (!(error instanceof ChatError)) throw error;
      throw new AgentApiError(
        'unknown_model',
        error.message,
        'GET …/agent/models lists those that there are.',
        {
          cause: error,
        },
      );
    });
    const open = { threadId, turnId, person: toIdentityModel(person) };
    const started: TurnEvent = { type: 'turn-started', ...asked };
    await this.#deps.threads.openTurn(open, [storedTurnEvent(started, person.username)]);
    await this.#drive(thread, open, model).catch((error: unknown) => this.#abandon(open, error));
  }

  async #drive(thread: ThreadRecord, open: OpenTurn, given: ChatModel | null = null): Promise<void> {
    const { log, threads, policies, logger } = this.#deps;
    const { threadId, turnId } = open;
    const person = fromIdentityModel(open.person);
    const turns = await readThread(log, threadId);
    const { state, askedAt = null } = turns.find((each) => each.state.turnId === turnId) ?? {};
    if (state === undefined) throw new TypeError(`The log has no turn ${turnId}.`);
    if (state.outcome !== null) return threads.closeTurn(open, []);
    const model = given ?? (await this.#deps.openModel(state.modelId));
    const equipment = await this.#deps.equip(thread, turnId, person);
    const { tools, instructions } = equipment;
    const expiry = this.#expiryOf(thread, turnId);
    const before = turns.map((each) => each.state).filter((each) => each !== state);
    const turn = new Turn(state, {
      model,
      tools,
      instructions,
      history: conversationOf(before, historyTokens(model)),
      limits: defaultTurnLimits,
      clock: systemClock,
      random: Math.random,
      signal: this.#closing.signal,
      policy: () => policies.inForce(person.username, thread.documentId),
      record: async (events) => {
        await this.#record(open, events);
        const asked = callsPutToPeople(events);
        if (asked.length > 0) expiry?.requested(asked, Date.now());
      },
      progress: (callId, text) => this.#deps.progress({ threadId, turnId, callId, text }),
      report: (error) => logger.error({ err: error, turn: turnId }, 'A turn of an agent failed'),
    });
    const finished = turn
      .run()
      .then(
        () => undefined,
        (error: unknown) => {
          // What is in the log is true; the next server goes on from there.
          logger.error({ err: error, turn: turnId }, 'A turn of an agent could not be recorded');
        },
      )
      .finally(() => {
        equipment.close();
        expiry?.close();
        this.#running.delete(turnId);
      });
    this.#running.set(turnId, { open, thread, turn, finished });
    const waiting = waitingCalls(state).map(({ callId }) => callId);
    if (waiting.length > 0) expiry?.requested(waiting, askedAt ?? Date.now());
  }

  #expiryOf(thread: ThreadRecord, turnId: string): ApprovalExpiry | null {
    const { approvalsExpire, logger } = this.#deps;
    if (approvalsExpire === null) return null;
    const given = { isApproved: false, scope: 'call', remark: 'Nobody decided in time.' } as const;
    return new ApprovalExpiry(approvalsExpire, (callIds) => {
      for (const callId of callIds)
        this.approve(thread, turnId, { callId, ...given }, SERVER).catch((error: unknown) => {
          // Most were decided in time.
          if (!(error instanceof AgentApiError))
            logger.error({ err: error, turn: turnId }, 'An approval could not be let expire');
        });
    });
  }

  async #record(open: OpenTurn, events: readonly TurnEvent[]): Promise<void> {
    const { log, threads } = this.#deps;
    const stored = events.map((event) => storedTurnEvent(event, agentOf(open.person.username)));
    if (events.some(({ type }) => type === 'turn-ended')) await threads.closeTurn(open, stored);
    else await log.append(threadStream(open.threadId), stored);
  }

  async #decide(
    { open, thread, turn }: RunningTurn,
    callId: string,
    toolName: string,
    { isApproved, scope, remark }: GivenApproval,
    { username }: Pick<Identity, 'username'>,
  ): Promise<void> {
    const { log, policies } = this.#deps;
    const { turnId, threadId } = open;
    const event = {
      type: 'approval-given',
      turnId,
      callId,
      isApproved,
      by: username,
      scope,
      remark,
    } as const;
    const stream = threadStream(threadId);
    const events = [storedTurnEvent(event, username)];
    if (isApproved && (scope === 'notebook' || scope === 'always')) {
      const documentId = scope === 'notebook' ? thread.documentId : null;
      // It is the policy of who asked: with their rights the agent acts.
      await policies.grant(open.person.username, documentId, toolName, [{ stream, events }]);
    } else await log.append(stream, events);
    turn.deliver(event);
  }

  /** A turn that cannot be driven ends, and says why. */
  async #abandon(open: OpenTurn, error: unknown): Promise<void> {
    const isKnown = error instanceof ChatError;
    const message = isKnown ? error.message : 'The server could not go on with it. Its log says why.';
    const outcome = { type: 'failed', code: isKnown ? error.code : 'internal', message } as const;
    if (!isKnown) this.#deps.logger.error({ err: error, turn: open.turnId }, 'A turn of an agent failed');
    const ended: TurnEvent = { type: 'turn-ended', turnId: open.turnId, outcome };
    await this.#deps.threads.closeTurn(open, [storedTurnEvent(ended, 'server')]);
  }

  async #find({ threadId }: ThreadRecord, turnId: string): Promise<RunningTurn> {
    const isOpen = this.#deps.threads.openTurns().some((open) => open.turnId === turnId);
    // Whoever is quick after a restart finds it not yet gone on with.
    if (isOpen && !this.#running.has(turnId)) {
      await this.#beginning.get(threadId)?.begun;
      await this.resume();
    }
    const running = this.#running.get(turnId);
    if (running?.open.threadId === threadId) return running;
    throw new AgentApiError(
      'turn_is_over',
      'This turn is over, or was never begun.',
      'There is nothing to do.',
    );
  }
}

function callsPutToPeople(events: readonly TurnEvent[]): string[] {
  return events.flatMap((event) => (event.type === 'approval-requested' ? [event.callId] : []));
}

function waitingCalls({ phase }: TurnState): readonly { callId: string; toolName: string }[] {
  if (phase.type !== 'using-tools') return [];
  return phase.calls.filter(({ status }) => status.type === 'awaiting-approval').map(({ call }) => call);
}

function startedCalls({ phase }: TurnState): readonly { callId: string }[] {
  if (phase.type !== 'using-tools') return [];
  return phase.calls.filter(({ status }) => status.type === 'started').map(({ call }) => call);
}

/** What of the window is for earlier turns; the rest is for the notebook, tools and the answer. */
function historyTokens({ contextTokens }: ChatModel): number {
  return Math.floor((contextTokens ?? UNKNOWN_WINDOW) / 3);
}

function underWay(): AgentApiError {
  return new AgentApiError(
    'turn_under_way',
    'The agent is still at work on what it was asked before.',
    'Wait for its end, or stop it.',
  );
}
