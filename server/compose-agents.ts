import type { Router } from 'express';
import type { Policy } from '../ai-agent/approval.ts';
import type { ChatModel } from '../ai-agent/chat-model.ts';
import type { EventLog } from '../event-log/event-log.ts';
import type { AgentCalls } from './agent/agent-calls.ts';
import type { AgentKernels } from './agent/agent-kernels.ts';
import { AgentApiError } from './agent/agent-error.ts';
import type { ToolMaker } from './agent/agent-place.ts';
import type { AgentRuns } from './agent/agent-runs.ts';
import type { NotebookSurroundings } from './agent/notebook-view.ts';
import type { TurnReverter } from './agent/revert-turn.ts';
import type { AgentParts } from './agent/routes.ts';
import { agentRoutes } from './agent/routes.ts';
import { ThreadFeed } from './agent/thread-feed.ts';
import type { TurnOutfit } from './agent/turn-outfit.ts';
import type { Authorize } from './auth/authorize.ts';
import type { ContentModel } from './contents/content-model.ts';
import type { ContentStore } from './contents/content-store.ts';
import type { AgentFeed } from './live/page-agents.ts';
import type { Logger } from './logger.ts';
import type { SharedDocuments } from './shared-document.ts';
import { DocumentError } from './shared-document.ts';

const NOTEBOOK = { type: 'notebook', format: 'json' } as const;

export interface ComposedAgents {
  readonly routes: Router;
  readonly feed: AgentFeed;
  /** Tools for other programs. */
  calls(): Promise<AgentCalls>;
  /** Goes on with what was under way when the server ended, as far as it can. */
  resume(): Promise<void>;
  /** Leaves turns as they are. Idempotent. */
  close(): Promise<void>;
}

/** What is loaded, Yjs with it, once there is a conversation. */
interface Loaded extends AgentParts {
  readonly reverter: TurnReverter;
  readonly outfit: TurnOutfit;
  readonly calls: AgentCalls;
}

/** Conversations with models: loaded when they are first asked for, or where one was under way. */
export function composeAgents(deps: {
  readonly log: EventLog;
  readonly documents: SharedDocuments;
  /** Files as they are in the documents that are open. */
  readonly contents: Pick<ContentStore, 'locateFile' | 'get'>;
  readonly rootDirectory: string;
  readonly around: NotebookSurroundings;
  /** @throws ChatError */
  readonly openModel: (modelId: string) => Promise<ChatModel>;
  /** The administrators'. */
  readonly limits: Policy;
  /** Milliseconds; null for never. */
  readonly approvalsExpire: number | null;
  readonly runs: AgentRuns;
  readonly kernels: AgentKernels;
  readonly authorize: Authorize;
  readonly logger: Logger;
}): ComposedAgents {
  const { log, documents, contents, around, runs, kernels, authorize, logger } = deps;
  let loading: Promise<Loaded> | null = null;
  const parts = (): Promise<Loaded> => (loading ??= load());
  const feed = new ThreadFeed(log, async () => (await parts()).threads);
  async function load(): Promise<Loaded> {
    const [
      { AgentCalls, CALLER },
      { CallerModel },
      { AgentThreads },
      { AgentPolicies },
      { AgentRunner },
      { AgentFiles },
      { fileTools },
      { notebookTools },
      { runningTools },
      { TurnReverter },
      { TurnOutfit },
      { applyText },
      { mergeText },
    ] = await Promise.all([
      import('./agent/agent-calls.ts'),
      import('./agent/caller-model.ts'),
      import('./agent/agent-threads.ts'),
      import('./agent/agent-policies.ts'),
      import('./agent/agent-runner.ts'),
      import('./agent/agent-files.ts'),
      import('./agent/file-tools.ts'),
      import('./agent/notebook-tools.ts'),
      import('./agent/running-tools.ts'),
      import('./agent/revert-turn.ts'),
      import('./agent/turn-outfit.ts'),
      import('./documents/apply-to-ydoc.ts'),
      import('./documents/merge-text.ts'),
    ]);
    const editText: Parameters<typeof notebookTools>[0]['editText'] = (ysource, text) =>
      applyText({ ysource }, text);
    const files = new AgentFiles(
      {
        locateFile: (path) => contents.locateFile(path),
        async list(path, actor) {
          const options = { content: true, type: 'directory', format: null, hash: false } as const;
          const { content } = await contents.get(path, options, actor);
          return Array.isArray(content) ? (content as readonly ContentModel[]) : [];
        },
      },
      deps.rootDirectory,
    );
    // What an agent can do, a line each.
    const makers: readonly ToolMaker[] = [
      notebookTools({ around, editText, authorize }),
      fileTools(files, authorize),
      runningTools({ runs, kernels, authorize }),
    ];
    const threads = await AgentThreads.load(log);
    threads.onChange(() => feed.threadsChanged());
    const policies = await AgentPolicies.load(log, deps.limits);

    const outfit = new TurnOutfit({ log, documents, around, files, makers, openModel: deps.openModel });
    const runner = new AgentRunner({
      log,
      threads,
      policies,
      openModel: (id) =>
        id.startsWith(CALLER) ? Promise.resolve(new CallerModel(id, null)) : deps.openModel(id),
      equip: (...turn) => outfit.equip(...turn),
      async cancelRuns(effectIds, by) {
        for (const effectId of effectIds) await runs.cancel(effectId, by);
      },
      approvalsExpire: deps.approvalsExpire,
      progress: (said) => feed.sayProgress(said),
      logger,
    });
    const reverter = new TurnReverter(log, documents, { merge: mergeText, edit: editText });
    const calls = new AgentCalls({
      log,
      threads,
      runner,
      outfit,
      documentIdOf,
      report: (error) => logger.error({ err: error }, 'A call of another program failed'),
    });
    return { threads, policies, runner, reverter, outfit, calls };
  }
  async function documentIdOf(path: string): Promise<string> {
    try {
      return (await documents.identify(path, NOTEBOOK)).documentId;
    } catch (error) {
      if (!(error instanceof DocumentError)) throw error;
      const remedy = 'Name a notebook that is there, relative to the folder that is served.';
      throw new AgentApiError('notebook_not_found', error.message, remedy, { cause: error });
    }
  }
  return {
    routes: agentRoutes({
      parts,
      log,
      documentIdOf,
      isKnown: (path) => documents.isIdentified(path, NOTEBOOK),
      pathOf: async (documentId) => (await documents.identityOf(documentId))?.path ?? null,
      describe: async (...asked) => (await parts()).outfit.describe(...asked),
      revert: async (...asked) => (await parts()).reverter.revert(...asked),
      authorize,
    }),
    feed,
    calls: async () => (await parts()).calls,
    async resume() {
      try {
        if ((await log.lastSequence('agent-threads')) === 0) return;
        await (await parts()).runner.resume();
      } catch (error) {
        logger.error({ err: error }, 'Conversations with models cannot be gone on with');
      }
    },
    async close() {
      if (loading !== null) await (await loading).runner.close();
    },
  };
}
