import type { SupervisedKernel } from '../../kernel-bridge/supervisor/kernel-supervisor.ts';
import { streamOf } from './kernel-events.ts';
import type { RunningKernelPlan } from './running-kernel-plan.ts';

/** The first of a kernel's events. @throws EventLogError if it cannot be recorded, with the kernel ended */
export async function recordStart(plan: RunningKernelPlan, kernel: SupervisedKernel): Promise<void> {
  const { launch, log, actor } = plan;
  const { kernelId, workingDirectory } = launch;
  const data = { kernelId, specName: kernel.specName, workingDirectory, pid: kernel.pid };
  const started = { type: 'kernel-started', version: 1, data, actor, causedBy: null, frames: [] } as const;
  try {
    const sequence = await log.append(streamOf(kernelId), [started]);
    plan.onCommitted?.({ kernelId, firstSequence: sequence, time: Date.now(), events: [started] });
  } catch (error) {
    // What it computes could not be recorded either.
    await kernel.shutdown({ now: true });
    throw error;
  }
}
