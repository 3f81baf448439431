import type { OutputView } from '../ai-agent/notebook-prompt/notebook-view.ts';
import { ToolError } from '../ai-agent/tool.ts';
import { KernelError } from '../kernel-bridge/kernel.ts';
import type { AgentKernels } from './agent/agent-kernels.ts';
import type { NotebookSurroundings } from './agent/notebook-view.ts';
import type { Authorize } from './auth/authorize.ts';
import type { AgentBatch, AgentRun, AgentRuns, WholeAgentRun } from './agent/agent-runs.ts';
import { agentSurroundings } from './compose-agent-surroundings.ts';
import type { ComposedDocuments } from './compose-documents.ts';
import type { RunsApiParts } from './compose-runs.ts';
import { HttpError } from './http-error.ts';
import type { Kernels } from './kernels/kernels.ts';
import type { RunLedger } from './runs/run-ledger.ts';
import type { RunModel } from './runs/run-model.ts';
import type { BatchModel } from './runs/runs-api.ts';
import { RunsApiError } from './runs/runs-api-error.ts';

/** What agents work with. */
export function agentWork(deps: {
  readonly kernels: Kernels;
  readonly ledger: RunLedger;
  readonly runsApi: RunsApiParts;
  readonly shared: Pick<ComposedDocuments, 'findOutput'>;
  readonly authorize: Authorize;
}): { readonly runs: AgentRuns; readonly kernels: AgentKernels; readonly around: NotebookSurroundings } {
  const { ledger, runsApi, shared, authorize } = deps;
  const kernels = agentKernels(deps.kernels);
  const findOutput: NotebookSurroundings['findOutput'] = (sha256) => shared.findOutput(sha256);
  const around = agentSurroundings({ kernels, runs: runsApi.api, authorize, findOutput });
  return { runs: agentRuns(ledger, runsApi), kernels, around };
}

/** The queue of runs, for agents. */
function agentRuns(
  ledger: Pick<RunLedger, 'onChanged'>,
  { requests, batches, api }: Pick<RunsApiParts, 'requests' | 'batches' | 'api'>,
): AgentRuns {
  return {
    request: ({ requestId, path, cells, sourceHashes, stopsOnError }, actor) =>
      forModels(async () => {
        const body = {
          path,
          cells,
          source_hashes: sourceHashes,
          request_id: requestId,
          stop_on_error: stopsOnError,
        };
        return agentBatch(await api.batchModel(await requests.request(body, actor)));
      }),
    batch: (requestId) => forModels(async () => agentBatch(await api.batch(requestId))),
    get: (runId) =>
      forModels(async (): Promise<WholeAgentRun> => {
        const run = await api.get(runId);
        return { ...agentRun(run), path: run.path, outputs: run.outputs as readonly OutputView[] | null };
      }),
    list: async (path, cellId, limit) =>
      (await api.list({ path, cellId, kernelId: null, status: null, before: null }, limit)).map(agentRun),
    async cancel(requestId, actor) {
      if (batches.find(requestId) === null) return;
      // A kernel takes nothing back: what waits in it is interrupted once it has begun.
      const waits = async (): Promise<boolean> =>
        (await api.cancelBatch(requestId, actor)).runs.some(({ status }) => status === 'queued');
      let looking: Promise<boolean> = Promise.resolve(true);
      const look = (): Promise<boolean> => (looking = looking.then((did) => did && waits()));
      const end = ledger.onChanged(() => {
        // It failed, or its kernel is gone: nothing of it runs any more.
        look().then(
          (still) => still || end(),
          () => end(),
        );
      });
      try {
        if (!(await look())) end();
      } catch (error) {
        end();
        throw error;
      }
    },
    onChanged(listener) {
      const ends = [ledger.onChanged(listener), batches.onChanged(listener)];
      return () => {
        for (const end of ends) end();
      };
    },
  };
}

/** Kernels, for agents. */
function agentKernels(kernels: Kernels): AgentKernels {
  return {
    ofNotebook(path) {
      const model = kernels.list().find(({ id }) => kernels.documentOf(id) === path);
      if (model === undefined) return null;
      const { displayName, language } = kernels.get(model.id);
      return { id: model.id, displayName, language, state: model.execution_state };
    },
    ask: (kernelId, request, options) =>
      forModels(() => kernels.get(kernelId).stream.ask({ channel: 'shell', ...request }, options)),
    interrupt: (kernelId, actor) => forModels(() => kernels.interrupt(kernelId, actor)),
    restart: (kernelId, actor) =>
      forModels(async () => {
        await kernels.restart(kernelId, actor);
      }),
  };
}

/** What goes wrong for a reason that a model can understand, it is told. */
async function forModels<Result>(ask: () => Promise<Result>): Promise<Result> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof RunsApiError)
      throw new ToolError(`${error.message} ${error.remedy}`, { cause: error });
    if (error instanceof HttpError || error instanceof KernelError)
      throw new ToolError(error.message, { cause: error });
    if (error instanceof DOMException && error.name === 'TimeoutError')
      throw new ToolError('The kernel has not answered in time.', { cause: error });
    throw error;
  }
}

function agentBatch({ request_id: requestId, is_over: isOver, reason, runs }: BatchModel): AgentBatch {
  return { requestId, isOver, reason, runs: runs.map(agentRun) };
}

function agentRun(run: RunModel): AgentRun {
  const { id, cell_id: cellId, status, who, queued, started, ended, execution_count: executionCount } = run;
  const prompt = run.prompt === null ? null : run.prompt.prompt;
  return { id, cellId, status, who, queued, started, ended, executionCount, prompt };
}
