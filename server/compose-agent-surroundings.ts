import type { RunView } from '../ai-agent/notebook-prompt/notebook-view.ts';
import type { AgentKernels } from './agent/agent-kernels.ts';
import type { CellRun, NotebookSurroundings } from './agent/notebook-view.ts';
import { agentOf } from './auth/agent-actor.ts';
import type { Authorize } from './auth/authorize.ts';
import { may } from './auth/may.ts';
import type { RunModel } from './runs/run-model.ts';
import type { RunsApi } from './runs/runs-api.ts';

/** So many of a notebook's runs are looked at, the newest. */
const MOST_RUNS = 4_000;
/** In milliseconds: how long a question waits for a kernel to tell its variables. */
const PATIENCE = 1_000;

/** What a model is told around a notebook: its kernel, its runs, its variables. */
export function agentSurroundings(deps: {
  readonly kernels: AgentKernels;
  readonly runs: Pick<RunsApi, 'list'>;
  readonly authorize: Authorize;
  readonly findOutput: NotebookSurroundings['findOutput'];
}): NotebookSurroundings {
  const { kernels } = deps;
  return {
    kernelOf: (path) => Promise.resolve(kernels.ofNotebook(path)),
    async variablesOf(path, person) {
      const kernel = kernels.ofNotebook(path);
      const isAsked = kernel?.language === 'python' && kernel.state === 'idle';
      if (!isAsked || !may(deps.authorize, person, 'execute', 'kernels')) return [];
      const { pythonVariables } = await import('./agent/python-variables.ts');
      const patience = AbortSignal.timeout(PATIENCE);
      return pythonVariables(kernels, kernel.id, agentOf(person.username), patience).catch(
        () => [], // the model can ask for them by a tool, which says why there are none
      );
    },
    async runsOf(path) {
      const filter = { path, cellId: null, kernelId: null, status: null, before: null };
      return (await deps.runs.list(filter, MOST_RUNS)).flatMap((run) => cellRun(run) ?? []);
    },
    findOutput: deps.findOutput,
  };
}

function cellRun(run: RunModel): CellRun | null {
  const state = stateOf(run.status);
  if (state === null) return null;
  const { started, ended } = run;
  const duration =
    started === null || ended === null ? null : (Date.parse(ended) - Date.parse(started)) / 1000;
  return { cellId: run.cell_id, by: run.who, state, duration, sourceHash: run.source_hash };
}

/** Null for what was never begun: it says nothing of its cell. */
function stateOf(status: RunModel['status']): RunView['state'] | null {
  switch (status) {
    case 'queued':
    case 'running':
    case 'done':
    case 'failed':
    case 'interrupted':
      return status;
    case 'lost':
      return 'interrupted';
    case 'aborted':
    case 'cancelled':
      return null;
  }
}
