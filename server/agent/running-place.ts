import { ToolError } from '../../ai-agent/tool.ts';
import type { AgentKernels, NotebookKernel } from './agent-kernels.ts';
import type { AgentNotebook } from './agent-notebook.ts';
import type { AgentPlace } from './agent-place.ts';
import type { AgentRuns } from './agent-runs.ts';

/** A notebook in which things are run, with the rights of the person who asked. */
export interface RunningPlace {
  readonly place: AgentPlace;
  readonly notebook: AgentNotebook;
  readonly runs: AgentRuns;
  readonly kernels: AgentKernels;
  /** Asked at each use (I7). @throws ToolError */
  readonly may: (action: 'read' | 'execute') => void;
}

/** @throws ToolError where there is none */
export async function kernelOf({ notebook, kernels }: RunningPlace): Promise<NotebookKernel> {
  const kernel = kernels.ofNotebook(await notebook.path());
  if (kernel !== null) return kernel;
  throw new ToolError('The notebook has no kernel yet. Running a cell starts one.');
}

/** One that would answer now: the others do nothing else until what they run is over. @throws ToolError */
export async function idleKernelOf(place: RunningPlace): Promise<NotebookKernel> {
  const kernel = await kernelOf(place);
  if (kernel.state === 'idle') return kernel;
  throw new ToolError(
    `The kernel is ${kernel.state} and answers nothing else meanwhile. list_runs shows what runs; await_run waits for it.`,
  );
}

/** In milliseconds: what an idle kernel knows it says at once. */
const PATIENCE = 10_000;

/** The signal of a short question. */
export function soon(signal: AbortSignal): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]);
}
