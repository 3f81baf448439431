import type { EventLog } from '../../event-log/event-log.ts';
import type { SecondaryKernelEvent } from '../../event-log/events/secondary-kernel.ts';
import type { StoredEvent } from '../../event-log/event.ts';
import type { Logger } from '../logger.ts';
import { readableEvents } from '../readable-events.ts';

const STREAM = 'secondary-kernels';

/** Which kernel runs cells for which notebook's own. */
export interface Binding {
  readonly kernelId: string;
  readonly primaryId: string;
  /** Of its kernelspec. */
  readonly name: string;
  /** Of its stream: what it said up to there is no business of this notebook's kernel. */
  readonly after: number;
}

/** The bindings that stand, in order. The record is made short again by the way. @throws EventLogError */
export async function readBindings(log: EventLog, logger: Logger): Promise<Binding[]> {
  const bindings = new Map<string, Binding>();
  const last = await log.lastSequence(STREAM);
  for await (const event of readableEvents(log, STREAM, 0, last)) follow(bindings, event);
  const standing = [...bindings.values()];
  try {
    if (standing.length === 0 && last > 0) await log.trim(STREAM, last);
  } catch (error) {
    logger.warn({ err: error }, 'The record of kernels beside the notebooks’ own stays long');
  }
  return standing;
}

/** @throws EventLogError */
export async function recordBinding(log: EventLog, binding: Binding, actor: string): Promise<void> {
  await record(log, { type: 'secondary-kernel-bound', version: 1, data: { ...binding } }, actor);
}

/** @throws EventLogError */
export async function recordRelease(log: EventLog, kernelId: string): Promise<void> {
  await record(log, { type: 'secondary-kernel-released', version: 1, data: { kernelId } }, 'server');
}

async function record(log: EventLog, event: SecondaryKernelEvent, actor: string): Promise<void> {
  await log.append(STREAM, [{ ...event, actor, causedBy: null, frames: [] }]);
}

function follow(bindings: Map<string, Binding>, event: StoredEvent): void {
  if (event.type === 'secondary-kernel-bound') bindings.set(event.data.kernelId, event.data);
  else if (event.type === 'secondary-kernel-released') bindings.delete(event.data.kernelId);
}
