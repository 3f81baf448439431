import type { Router } from 'express';
import { emptyPolicy } from '../ai-agent/approval.ts';
import type { ChatModel } from '../ai-agent/chat-model.ts';
import type { EventLog } from '../event-log/event-log.ts';
import { AgentApiError } from './agent/agent-error.ts';
import type { AgentKernels } from './agent/agent-kernels.ts';
import type { ToolMaker } from './agent/agent-place.ts';
import type { AgentRuns } from './agent/agent-runs.ts';
import type { AgentParts } from './agent/routes.ts';
import { agentRoutes } from './agent/routes.ts';
import { ThreadFeed } from './agent/thread-feed.ts';
import type { Authorize } from './auth/authorize.ts';
import type { AgentFeed } from './live/page-agents.ts';
import type { Logger } from './logger.ts';
import type { SharedDocuments } from './shared-document.ts';

export interface ComposedAgents {
  readonly routes: Router;
  readonly feed: AgentFeed;
  /** Goes on with what was under way when the server ended. */
  resume(): Promise<void>;
  /** Leaves turns as they are. Idempotent. */
  close(): Promise<void>;
}

/** Conversations with models: loaded when they are first asked for, or where one was under way. */
export function composeAgents(deps: {
  readonly log: EventLog;
  readonly documents: SharedDocuments;
  /** @throws ChatError */
  readonly openModel: (modelId: string) => Promise<ChatModel>;
  readonly runs: AgentRuns;
  readonly kernels: AgentKernels;
  readonly authorize: Authorize;
  readonly logger: Logger;
}): ComposedAgents {
  const { log, documents, runs, kernels, authorize, logger } = deps;
  let loading: Promise<AgentParts> | null = null;
  const parts = (): Promise<AgentParts> => (loading ??= load());
  const feed = new ThreadFeed(log, async () => (await parts()).threads);
  async function load(): Promise<AgentParts> {
    const [
      { AgentThreads },
      { AgentPolicies },
      { AgentRunner, agentOf },
      { AgentNotebook },
      { agentTools },
      { runningTools },
    ] = await Promise.all([
      import('./agent/agent-threads.ts'),
      import('./agent/agent-policies.ts'),
      import('./agent/agent-runner.ts'),
      import('./agent/agent-notebook.ts'),
      import('./agent/agent-tools.ts'),
      import('./agent/running-tools.ts'),
    ]);
    // What an agent can do, a line each.
    const makers: readonly ToolMaker[] = [runningTools({ runs, kernels, authorize })];
    const threads = await AgentThreads.load(log);
    threads.onChange(() => feed.threadsChanged());
    const policies = await AgentPolicies.load(log, emptyPolicy);
    const runner = new AgentRunner({
      log,
      threads,
      policies,
      openModel: deps.openModel,
      equip({ threadId, documentId }, turnId, person) {
        const notebook = documentId === null ? null : new AgentNotebook(documents, documentId);
        const place = { threadId, turnId, person, agent: agentOf(person.username), notebook };
        return Promise.resolve({
          tools: agentTools(place, makers),
          instructions: '',
          close: () => notebook?.close(),
        });
      },
      async cancelRuns(effectIds, by) {
        for (const effectId of effectIds) await runs.cancel(effectId, by);
      },
      progress: (said) => feed.sayProgress(said),
      logger,
    });
    return { threads, policies, runner };
  }
  return {
    routes: agentRoutes({
      parts,
      log,
      documentIdOf: async (path) =>
        (await documents.identify(path, { type: 'notebook', format: 'json' })).documentId,
      pathOf: async (documentId) => (await documents.identityOf(documentId))?.path ?? null,
      describe: () => Promise.resolve(null),
      revert: () =>
        Promise.reject(
          new AgentApiError('cannot_revert', 'Nothing can be taken back yet.', 'Change it by hand.'),
        ),
      authorize,
    }),
    feed,
    async resume() {
      if ((await log.lastSequence('agent-threads')) === 0) return;
      await (await parts()).runner.resume();
    },
    async close() {
      if (loading !== null) await (await loading).runner.close();
    },
  };
}
