import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Effect } from '../../ai-agent/tool.ts';
import type { EventLog } from '../../event-log/event-log.ts';
import type { Identity } from '../auth/identity.ts';
import { AgentApiError } from './agent-error.ts';
import type { AgentRunner } from './agent-runner.ts';
import type { AgentThreads, ThreadRecord } from './agent-threads.ts';
import { threadStream } from './agent-threads.ts';
import { CallerModel } from './caller-model.ts';
import type { CallResult } from './caller-model.ts';
import { readThread } from './read-thread.ts';
import type { StoredTurnEvent } from './stored-turn-event.ts';
import type { TurnOutfit } from './turn-outfit.ts';

/** A tool as other programs are told of it. */
export interface CallableTool {
  readonly name: string;
  readonly description: string;
  readonly effect: Effect;
  readonly needsNotebook: boolean;
  /** JSON Schema: an object. */
  readonly argumentsSchema: Readonly<Record<string, unknown>>;
}

export interface AgentCall {
  /** Of the program, for people. */
  readonly caller: string;
  /** API path of a notebook; null: none. */
  readonly path: string | null;
  readonly toolName: string;
  readonly argumentsText: string;
}

/** A call that is under way, or over. */
export interface OpenCall {
  readonly threadTitle: string;
  /** Never rejects. */
  readonly result: Promise<CallResult>;
}

export interface AgentCallsDependencies {
  readonly log: EventLog;
  readonly threads: AgentThreads;
  readonly runner: AgentRunner;
  readonly outfit: TurnOutfit;
  /** Of what went wrong in our own code. */
  readonly report: (error: unknown) => void;
  /** @throws HttpError where there is none */
  readonly documentIdOf: (path: string) => Promise<string>;
}

export const CALLER = 'mcp:';
const seenSchema = z.object({ seen: z.record(z.string(), z.string()) });

/** Calls of tools by other programs: each is a turn in a conversation of that program about the notebook. */
export class AgentCalls {
  readonly #deps: AgentCallsDependencies;
  /** By conversation, the last call: one begins when the one before it is over. */
  readonly #last = new Map<string, Promise<unknown>>();

  constructor(deps: AgentCallsDependencies) {
    this.#deps = deps;
  }

  tools(person: Identity): CallableTool[] {
    const { tools, free } = this.#deps.outfit.everything(person);
    return tools.descriptions().map(({ name, description, argumentsSchema }) => ({
      name,
      description,
      effect: tools.find(name)?.effect ?? 'destroys',
      needsNotebook: free.find(name) === undefined,
      argumentsSchema,
    }));
  }

  /** Resolves once it is on its way. @throws HttpError; EventLogError */
  async call(call: AgentCall, person: Identity): Promise<OpenCall> {
    const documentId = call.path === null ? null : await this.#deps.documentIdOf(call.path);
    const thread = await this.#threadOf(call.caller, documentId, person);
    const before = this.#last.get(thread.threadId) ?? Promise.resolve();
    const result = before.then(() => this.#use(thread, call, person));
    const last = result.catch(() => undefined);
    this.#last.set(thread.threadId, last);
    void last.then(() => {
      if (this.#last.get(thread.threadId) === last) this.#last.delete(thread.threadId);
    });
    return { threadTitle: thread.title, result: result.catch((error: unknown) => this.#failure(error)) };
  }

  #failure(error: unknown): CallResult {
    const isKnown = error instanceof AgentApiError;
    if (!isKnown) this.#deps.report(error);
    const text = isKnown ? error.message : 'The server could not do this. Its log says why.';
    return { content: [{ type: 'text', text }], isError: true };
  }

  async #threadOf(caller: string, documentId: string | null, person: Identity): Promise<ThreadRecord> {
    const { threads } = this.#deps;
    const title = `MCP: ${caller}`;
    const isIt = (thread: ThreadRecord): boolean =>
      thread.title === title && thread.documentId === documentId && thread.owner === person.username;
    const known = [...threads.all()].find(isIt);
    if (known !== undefined) return known;
    const threadId = randomUUID();
    const { username: owner } = person;
    await threads.create({ threadId, title, documentId, owner, isPrivate: false }, owner);
    return threads.get(threadId) as ThreadRecord;
  }

  async #use(thread: ThreadRecord, call: AgentCall, person: Identity): Promise<CallResult> {
    const { runner, threads } = this.#deps;
    // Of a server before this one: a person still has to say something to it.
    const open = threads.openTurns().find(({ threadId }) => threadId === thread.threadId);
    if (open !== undefined) await runner.whenOver(open.turnId);
    const turnId = randomUUID();
    const model = new CallerModel(`${CALLER}${call.caller}`, call);
    const text = `\`${call.toolName}\` ${call.argumentsText}`;
    const asked = {
      turnId,
      modelId: model.id,
      question: { role: 'user', content: [{ type: 'text', text }] },
      context: null,
      account: [],
      seen: await this.#seenIn(thread),
    } as const;
    await runner.begin(thread, asked, person, model);
    const over = runner.whenOver(turnId).then(() => this.#endOf(thread, turnId));
    const result = await Promise.race([model.result, over]);
    // The next call may begin then.
    await over;
    return result;
  }

  /** What the program was told of cells by its calls so far. */
  async #seenIn({ threadId }: ThreadRecord): Promise<Record<string, string>> {
    const seen: Record<string, string> = {};
    for await (const event of this.#deps.log.read(threadStream(threadId))) {
      const { type, data } = event as StoredTurnEvent;
      const read = type === 'tool-ended' ? seenSchema.safeParse(data.result.details) : null;
      if (read?.success === true) Object.assign(seen, read.data.seen);
    }
    return seen;
  }

  /** Of a turn that ended before its caller had an answer: it was stopped, or the server ends. */
  async #endOf({ threadId }: ThreadRecord, turnId: string): Promise<CallResult> {
    const turns = await readThread(this.#deps.log, threadId);
    const outcome = turns.find(({ state }) => state.turnId === turnId)?.state.outcome ?? null;
    const text =
      outcome?.type === 'stopped'
        ? `${outcome.by} has stopped this.`
        : outcome?.type === 'failed'
          ? outcome.message
          : 'This is not over: look at the conversation again.';
    return { content: [{ type: 'text', text }], isError: true };
  }
}
