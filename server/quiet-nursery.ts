import { performance } from 'node:perf_hooks';
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** In milliseconds. V8 tells nobody that it has little to do. */
const LOOK_EVERY = 5000;
/** Of the time between two looks: with more to do than this, the nursery is of use. */
const QUIET = 0.1;
/** In bytes. Less is not worth it. */
const LARGE = 8 * 1024 * 1024;

/** What is looked at, and done. */
export interface Nursery {
  /** How much of the time since the last call there was something to do, from 0 to 1. */
  busy(): number;
  /** In bytes, used or not. */
  size(): number;
  /** Collects what is in it, and nothing else. */
  collect(): void;
}

/**
 * Has V8 give back the nursery that a busy time made it take, up to 128 MB. It does so by itself when it collects while
 * little is allocated; but a large nursery is collected when it is full, and that of a quiet server is not for hours.
 * @returns what ends it
 */
export function giveBackWhileQuiet(nursery: Nursery = new V8Nursery()): () => void {
  const timer = setInterval(() => {
    if (nursery.busy() < QUIET && nursery.size() > LARGE) nursery.collect();
  }, LOOK_EVERY).unref();
  return () => clearInterval(timer);
}

/** That of this process. */
export class V8Nursery implements Nursery {
  #last = performance.eventLoopUtilization();
  #gc: NodeJS.GCFunction | null = null;

  busy(): number {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, this.#last);
    this.#last = now;
    return utilization;
  }

  size(): number {
    const nursery = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space');
    return nursery?.space_size ?? 0;
  }

  collect(): void {
    this.#gc ??= exposedCollection();
    this.#gc({ type: 'minor' });
  }
}

/** A new context has the function while the flag is set; neither stays for anybody else. */
function exposedCollection(): NodeJS.GCFunction {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as NodeJS.GCFunction;
  setFlagsFromString('--no-expose-gc');
  return gc;
}
