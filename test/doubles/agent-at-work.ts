import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { emptyPolicy } from '../../ai-agent/approval.ts';
import type { EventLog } from '../../event-log/event-log.ts';
import { MemoryEventLog } from '../../event-log/memory-event-log.ts';
import { AgentFiles } from '../../server/agent/agent-files.ts';
import type { ServedFiles } from '../../server/agent/agent-files.ts';
import { AgentPolicies } from '../../server/agent/agent-policies.ts';
import { AgentRunner } from '../../server/agent/agent-runner.ts';
import type { ThreadRecord } from '../../server/agent/agent-threads.ts';
import { AgentThreads } from '../../server/agent/agent-threads.ts';
import type { ToolMaker } from '../../server/agent/agent-place.ts';
import { fileTools } from '../../server/agent/file-tools.ts';
import { notebookTools } from '../../server/agent/notebook-tools.ts';
import type { NotebookSurroundings } from '../../server/agent/notebook-view.ts';
import { readThread } from '../../server/agent/read-thread.ts';
import { TurnReverter } from '../../server/agent/revert-turn.ts';
import type { TurnRequest } from '../../server/agent/routes.ts';
import { TurnOutfit } from '../../server/agent/turn-outfit.ts';
import type { Authorize } from '../../server/auth/authorize.ts';
import { authorizeSignedIn } from '../../server/auth/authorize.ts';
import type { Identity } from '../../server/auth/identity.ts';
import { applyText } from '../../server/documents/apply-to-ydoc.ts';
import type { DocumentRooms } from '../../server/documents/document-rooms.ts';
import { mergeText } from '../../server/documents/merge-text.ts';
import type { SharedDocument } from '../../server/shared-document.ts';
import type { ScriptedChatModel } from './scripted-chat-model.ts';
import type { SourceCell } from './shared-notebooks.ts';
import { openNotebook } from './shared-notebooks.ts';

export const ada: Identity = {
  username: 'ada',
  name: 'Ada',
  displayName: 'Ada',
  initials: null,
  avatarUrl: null,
  color: null,
  right: 'full',
};

export const nothingAround: NotebookSurroundings = {
  kernelOf: () => Promise.resolve(null),
  runsOf: () => Promise.resolve([]),
  variablesOf: () => Promise.resolve([]),
  findOutput: () => Promise.resolve(null),
};

interface Options {
  readonly log?: EventLog;
  readonly authorize?: Authorize;
  readonly around?: NotebookSurroundings;
  readonly warn?: (message: string) => void;
  readonly files?: { readonly served: ServedFiles; readonly rootDirectory: string };
}

const THREAD = 'thread';
const editText = (ysource: Parameters<typeof applyText>[0]['ysource'], text: string): void =>
  applyText({ ysource }, text);
const noFiles: ServedFiles = {
  locateFile: () => Promise.reject(new Error('no files here')),
  list: () => Promise.resolve([]),
};

/** A notebook `a.ipynb` and an agent that can work in it: one server, whose log outlives it. */
export class AgentAtWork {
  readonly log: EventLog;
  readonly document: SharedDocument;
  readonly runner: AgentRunner;
  readonly reverter: TurnReverter;
  readonly outfit: TurnOutfit;
  readonly threads: AgentThreads;
  readonly policies: AgentPolicies;
  readonly #rooms: DocumentRooms;

  static async start(
    cells: readonly SourceCell[],
    model: ScriptedChatModel,
    options: Options = {},
  ): Promise<AgentAtWork> {
    const log = options.log ?? new MemoryEventLog();
    const { document, rooms } = await openNotebook(cells, [], log, options.warn);
    document.hold();
    const threads = await AgentThreads.load(log);
    const policies = await AgentPolicies.load(log, emptyPolicy);
    const { authorize = authorizeSignedIn, around = nothingAround, files } = options;
    const agentFiles = new AgentFiles(files?.served ?? noFiles, files?.rootDirectory ?? '/nowhere');
    const makers: readonly ToolMaker[] = [
      notebookTools({ around, editText, authorize }),
      fileTools(agentFiles, authorize),
    ];
    const openModel = () => Promise.resolve(model);
    const outfit = new TurnOutfit({ log, documents: rooms, around, files: agentFiles, makers, openModel });
    const runner = new AgentRunner({
      log,
      threads,
      policies,
      openModel,
      equip: (...turn) => outfit.equip(...turn),
      cancelRuns: () => Promise.resolve(),
      approvalsExpire: null,
      progress: () => undefined,
      logger: pino({ level: 'silent' }),
    });
    const reverter = new TurnReverter(log, rooms, { merge: mergeText, edit: editText });
    const { documentId } = document;
    if (threads.get(THREAD) === undefined)
      await threads.create(
        { threadId: THREAD, title: 'T', documentId, owner: 'ada', isPrivate: false },
        'ada',
      );
    return new AgentAtWork(log, document, runner, reverter, outfit, threads, policies, rooms);
  }

  private constructor(
    log: EventLog,
    document: SharedDocument,
    runner: AgentRunner,
    reverter: TurnReverter,
    outfit: TurnOutfit,
    threads: AgentThreads,
    policies: AgentPolicies,
    rooms: DocumentRooms,
  ) {
    this.log = log;
    this.document = document;
    this.runner = runner;
    this.reverter = reverter;
    this.outfit = outfit;
    this.threads = threads;
    this.policies = policies;
    this.#rooms = rooms;
  }

  get thread(): ThreadRecord {
    const thread = this.threads.get(THREAD);
    if (thread === undefined) throw new Error('no thread');
    return thread;
  }

  /** Edits need no approval from now on. */
  async allowEdits(): Promise<void> {
    await this.policies.set('ada', null, { effects: { edits: 'allow' }, tools: {} });
  }

  /** @returns the turn's id; the turn goes on by itself */
  async ask(text: string, asked: Partial<TurnRequest> = {}, turnId: string = randomUUID()): Promise<string> {
    const request = {
      turn_id: turnId,
      model: 'scripted:model',
      text,
      images: [],
      selected_cells: [],
      selected_text: null,
      ...asked,
    };
    const told = await this.outfit.describe(this.thread, request, ada);
    const { context, account, seen } = told ?? { context: null, account: [], seen: {} };
    const question = { role: 'user', content: [{ type: 'text', text }] } as const;
    await this.runner.begin(
      this.thread,
      { turnId, modelId: request.model, question, context, account, seen },
      ada,
    );
    return turnId;
  }

  /** Resolves once it has ended or waits for somebody. */
  async settled(turnId: string): Promise<void> {
    for (;;) {
      const state = this.runner.stateOf(turnId);
      if (state === null) return;
      const { phase } = state;
      const next = phase.type === 'using-tools' && phase.calls.find(({ status }) => status.type !== 'ended');
      const isWaiting = next && next.status.type === 'awaiting-approval';
      if (isWaiting) return;
      await new Promise(setImmediate);
    }
  }

  /** Asks, and lets it come to its end. */
  async whole(text: string, asked: Partial<TurnRequest> = {}): Promise<string> {
    const turnId = await this.ask(text, asked);
    await this.settled(turnId);
    return turnId;
  }

  async decide(turnId: string, isApproved: boolean): Promise<void> {
    const given = { callId: null, isApproved, scope: 'call', remark: null } as const;
    await this.runner.approve(this.thread, turnId, given, ada);
    await this.settled(turnId);
  }

  /** What the tools of a turn have answered, in order. */
  async results(turnId: string): Promise<string[]> {
    const turn = (await readThread(this.log, THREAD)).find(({ state }) => state.turnId === turnId);
    return (turn?.state.messages ?? []).flatMap((message) =>
      message.role !== 'tool'
        ? []
        : [
            message.content
              .map((part) => (part.type === 'text' ? part.text : `[${part.mediaType}]`))
              .join('\n'),
          ],
    );
  }

  get sources(): string[] {
    return this.document.ydoc
      .getArray<{ get(key: string): unknown }>('cells')
      .map((cell) => String(cell.get('source')));
  }

  async close(): Promise<void> {
    await this.runner.close();
    await this.#rooms.close();
  }
}
