import type { Authorize } from '../auth/authorize.ts';
import type { AgentKernels } from './agent-kernels.ts';
import type { ToolMaker } from './agent-place.ts';
import type { AgentRuns } from './agent-runs.ts';
import { assertMay } from './assert-may.ts';
import { askPerson } from './tools/ask-person.ts';
import { awaitRun } from './tools/await-run.ts';
import { complete } from './tools/complete.ts';
import { inspect } from './tools/inspect.ts';
import { installPackage } from './tools/install-package.ts';
import { interruptKernel } from './tools/interrupt-kernel.ts';
import { listRuns } from './tools/list-runs.ts';
import { listVariables } from './tools/list-variables.ts';
import { readRun } from './tools/read-run.ts';
import { restartKernel } from './tools/restart-kernel.ts';
import { runCells } from './tools/run-cells.ts';

/** The tools that run cells, and ask kernels and people. */
export function runningTools(deps: {
  readonly runs: AgentRuns;
  readonly kernels: AgentKernels;
  readonly authorize: Authorize;
}): ToolMaker {
  return (place) => {
    const { notebook, person } = place;
    if (notebook === null) return [askPerson];
    const may = (action: 'read' | 'execute'): void => assertMay(deps.authorize, person, action, 'kernels');
    const running = { place, notebook, runs: deps.runs, kernels: deps.kernels, may };
    return [
      runCells(running),
      awaitRun(running),
      readRun(running),
      listRuns(running),
      listVariables(running),
      inspect(running),
      complete(running),
      installPackage(running),
      interruptKernel(running),
      restartKernel(running),
      askPerson,
    ];
  };
}
