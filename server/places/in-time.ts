import { setTimeout as delay } from 'node:timers/promises';

/** In milliseconds: a place that hangs keeps nobody else, nor a server that ends. */
const PATIENCE = 6000;

/** Waits for what a place does, but not for ever. */
export async function inTime(work: Promise<void> | undefined): Promise<void> {
  if (work !== undefined) await Promise.race([work, delay(PATIENCE, undefined, { ref: false })]);
}
