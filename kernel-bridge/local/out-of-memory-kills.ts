import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const ROOT = '/sys/fs/cgroup';

/**
 * Whether the system killed something of our control group for want of memory. Kernels run in the group of this
 * process, whose counter `oom_kill` counts kills for its own limit and for the whole machine's (cgroup v1 and v2).
 */
export class OutOfMemoryKills {
  readonly #files: readonly string[];
  #seen: Promise<number | null>;

  /** @param files where the counter may be; the first that has one counts */
  constructor(files: readonly string[] = counterFiles()) {
    this.#files = files;
    this.#seen = this.#count();
  }

  /** As it was last seen, for a record; null where the system does not tell. */
  seen(): Promise<number | null> {
    return this.#seen;
  }

  /**
   * A process before this one had counted so far: what rose since then happened while nobody looked. A count that is
   * greater than the present one is of another control group, or from before the system was started anew.
   */
  async continueFrom(earlier: number): Promise<void> {
    const now = await this.#seen;
    if (now !== null && earlier < now) this.#seen = Promise.resolve(earlier);
  }

  /** Since the last call. Null: the system does not tell. */
  async haveRisen(): Promise<boolean | null> {
    const before = this.#seen;
    const now = this.#count();
    this.#seen = now;
    const [old, fresh] = await Promise.all([before, now]);
    return old === null || fresh === null ? null : fresh > old;
  }

  async #count(): Promise<number | null> {
    for (const file of this.#files) {
      // Most of these are not there: which one is depends on the system.
      const text = await readFile(file, 'utf8').catch(() => '');
      const kills = /^oom_kill (\d+)$/m.exec(text)?.[1];
      if (kills !== undefined) return Number(kills);
    }
    return null;
  }
}

/** In a container the group's own path is often hidden, and its counter is at the root. */
function counterFiles(): string[] {
  const groups = ownGroups();
  const v2 = /^0::(.*)$/m.exec(groups)?.[1] ?? '/';
  const v1 = /^\d+:(?:[^:\n]*,)?memory(?:,[^:\n]*)?:(.*)$/m.exec(groups)?.[1] ?? '/';
  return [
    join(ROOT, 'memory', v1, 'memory.oom_control'),
    join(ROOT, v2, 'memory.events'),
    join(ROOT, 'memory', 'memory.oom_control'),
    join(ROOT, 'memory.events'),
  ];
}

function ownGroups(): string {
  try {
    return readFileSync('/proc/self/cgroup', 'utf8');
  } catch {
    // No Linux, or no /proc: none of the files will be there either.
    return '';
  }
}
