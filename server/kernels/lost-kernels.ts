import type { EventLog } from '../../event-log/event-log.ts';
import { EventLogError } from '../../event-log/event-log.ts';
import type { NewEvent } from '../../event-log/event.ts';
import type { CommittedEvents } from './committed-events.ts';
import { lostKernel } from './explain-death.ts';
import { kernelMessageEvent } from './kernel-events.ts';
import { KernelPast } from './kernel-past.ts';
import { createServerMessage, lostExecution } from './server-message.ts';

const KERNEL_STREAMS = 'kernel/';

/**
 * Records the end of each kernel that was gone when this server came, and that nobody saw end: what it ran gets its error
 * and reply, so that it is not taken for running.
 * @param isRunning whether a kernel is known to live
 */
export async function recordLostKernels(
  log: EventLog,
  options: {
    isRunning(kernelId: string): boolean;
    onCommitted(committed: CommittedEvents): void;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  for await (const stream of log.streams(KERNEL_STREAMS)) {
    if (options.signal.aborted) return;
    const kernelId = stream.slice(KERNEL_STREAMS.length);
    if (options.isRunning(kernelId) || (await hasEnded(log, stream))) continue;
    const past = await KernelPast.read(log, kernelId);
    // It may have been started anew while this was read.
    if (past.hasEnded || options.isRunning(kernelId)) continue;
    const events = endOf(kernelId, past);
    const expectedSequence = past.after;
    const last = await log.append(stream, events, { expectedSequence }).catch(conflictAsNull);
    if (last === null) continue;
    options.onCommitted({ kernelId, firstSequence: last - events.length + 1, time: Date.now(), events });
  }
}

/** Somebody else had to tell of the kernel: it lives. */
function conflictAsNull(error: unknown): null {
  if (error instanceof EventLogError && error.code === 'EVENT_LOG_CONFLICT') return null;
  throw error;
}

async function hasEnded(log: EventLog, stream: string): Promise<boolean> {
  const last = await log.lastSequence(stream);
  for await (const event of log.read(stream, { after: last - 1 })) return event.type === 'kernel-ended';
  return true;
}

function endOf(kernelId: string, { conversation }: KernelPast): NewEvent[] {
  const said = conversation.executions
    .lost(new Set())
    .flatMap((execution) => lostExecution(execution, lostKernel))
    .map((message) => {
      const spoken = createServerMessage(conversation.kernelSession, message);
      return kernelMessageEvent(kernelId, spoken, {
        session: conversation.routes.sessionOf(spoken),
        position: null,
      });
    });
  const data = { position: null, kernelId, reason: 'lost', exitCode: null, signal: null } as const;
  const ended = {
    type: 'kernel-ended',
    version: 2,
    data,
    actor: 'server',
    causedBy: null,
    frames: [],
  } as const;
  return [...said, ended];
}
