import type { NewEvent } from '../../event-log/event.ts';
import type { Logger } from '../logger.ts';
import { installedPackages, mayInstall } from './installed-packages.ts';

/** What a run of a notebook's cell was, and all that it put out. */
export interface EndedInstallation {
  readonly path: string;
  readonly code: string;
  readonly printed: string;
}

export interface PackageRecorderDependencies {
  /** Null for what is no run of a notebook's cell. */
  readonly runOf: (kernelId: string, runId: string) => Promise<EndedInstallation | null>;
  /** Adds to what the notebook says that it needs. */
  readonly record: (path: string, packages: Readonly<Record<string, string>>) => Promise<void>;
  readonly logger: Logger;
}

/** Installations whose end is waited for; the oldest are forgotten. */
const MOST_WAITING = 1000;

/** Notes in notebooks which packages their cells have installed, so that they can be offered elsewhere. */
export class PackageRecorder {
  readonly #deps: PackageRecorderDependencies;
  /** Ids of requests that ask for packages. */
  readonly #waiting = new Set<string>();
  #recording: Promise<void> = Promise.resolve();

  constructor(deps: PackageRecorderDependencies) {
    this.#deps = deps;
  }

  /** Looks at what was appended to a kernel's stream. */
  observe({ kernelId, events }: { readonly kernelId: string; readonly events: readonly NewEvent[] }): void {
    for (const event of events) {
      if (event.type === 'execution-requested') this.#requested(event);
      else if (event.type === 'kernel-message' && this.#isEnd(event)) {
        this.#waiting.delete(event.causedBy ?? '');
        this.#recording = this.#recording.then(() => this.#record(kernelId, event.causedBy ?? ''));
      }
    }
  }

  /** Waits for what is being noted. Idempotent. */
  async close(): Promise<void> {
    this.#waiting.clear();
    await this.#recording;
  }

  #requested({ data, frames }: NewEvent & { type: 'execution-requested' }): void {
    const content = Buffer.from(frames[3] ?? new Uint8Array());
    // Nearly no cell does: its code is parsed only then.
    if (data.cellId === null || !content.includes('install')) return;
    if (!mayInstall(codeIn(content))) return;
    this.#waiting.add(data.messageId);
    if (this.#waiting.size > MOST_WAITING) this.#waiting.delete(this.#waiting.values().next().value ?? '');
  }

  /** Idle comes after all that it printed. */
  #isEnd({ data, causedBy, frames }: NewEvent & { type: 'kernel-message' }): boolean {
    return (
      this.#waiting.size > 0 &&
      data.messageType === 'status' &&
      causedBy !== null &&
      this.#waiting.has(causedBy) &&
      Buffer.from(frames[3] ?? new Uint8Array()).includes('"idle"')
    );
  }

  async #record(kernelId: string, runId: string): Promise<void> {
    try {
      const run = await this.#deps.runOf(kernelId, runId);
      if (run === null) return;
      const packages = installedPackages(run.code, run.printed);
      if (Object.keys(packages).length > 0) await this.#deps.record(run.path, packages);
    } catch (error) {
      // The packages are there; only a note of them is missing.
      this.#deps.logger.warn(
        { err: error, runId },
        'What a cell installed could not be noted in its notebook',
      );
    }
  }
}

function codeIn(content: Buffer): string {
  try {
    const { code } = JSON.parse(content.toString()) as { readonly code?: unknown };
    return typeof code === 'string' ? code : '';
  } catch {
    return ''; // The kernel will say what it thinks of it.
  }
}
