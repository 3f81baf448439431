import { closeSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import type { KernelLog } from '../local/kernel-log.ts';

/** One line of the file. */
type Line =
  /** `number` of `client`; 1 for an execution, which is answered by a line of its own. */
  | readonly [client: string, number: number, messageId: string, isExecution: 0 | 1]
  | readonly [answered: string];

/** So many ids are told; a server asks for those of the last moments. */
const KEPT = 1000;
const MOST_LINES = 8 * KEPT;

/**
 * What a kernel was handed, written down before it is handed: a message that comes again is not sent again, so that no
 * cell runs twice, also if the supervisor died between the two. What it says is kept in a small file per kernel.
 */
export class HandedOver {
  readonly #path: string;
  readonly #log: KernelLog;
  readonly #numbers = new Map<string, number>();
  /** In the order in which they were handed over. */
  #ids: string[] = [];
  readonly #unanswered = new Set<string>();
  #file: number;
  #lines = 0;

  constructor(path: string, log: KernelLog) {
    this.#path = path;
    this.#log = log;
    for (const line of readLines(path)) this.#take(line);
    this.#file = openSync(path, 'a', 0o600);
    // The last line may be half a line.
    if (this.#lines > 0) this.#rewrite();
  }

  /** The last number of a client; 0 if there is none. */
  lastOf(clientId: string): number {
    return this.#numbers.get(clientId) ?? 0;
  }

  get messageIds(): readonly string[] {
    return this.#ids.slice(-KEPT);
  }

  /** Ids of executions that no reply has come for. */
  get unanswered(): readonly string[] {
    return [...this.#unanswered];
  }

  note(clientId: string, number: number, messageId: string, isExecution: boolean): void {
    this.#write([clientId, number, messageId, isExecution ? 1 : 0]);
  }

  answered(messageId: string): void {
    if (this.#unanswered.has(messageId)) this.#write([messageId]);
  }

  /** Nothing of it is awaited any more. */
  forgetUnanswered(): void {
    for (const id of this.unanswered) this.answered(id);
  }

  close(): void {
    closeSync(this.#file);
  }

  #write(line: Line): void {
    this.#take(line);
    try {
      writeSync(this.#file, `${JSON.stringify(line)}\n`);
      if (this.#lines > MOST_LINES) this.#rewrite();
    } catch (error) {
      // A person's cell is not refused for it: it would run twice only if the supervisor died now, too.
      this.#log.warn(
        { path: this.#path, reason: (error as Error).message },
        'what was sent is not written down',
      );
    }
  }

  #take(line: Line): void {
    this.#lines += 1;
    if (line.length === 1) {
      this.#unanswered.delete(line[0]);
      return;
    }
    const [client, number, messageId, isExecution] = line;
    // Only the last clients may come again with what they sent.
    this.#numbers.delete(client);
    this.#numbers.set(client, number);
    if (this.#numbers.size > 16) this.#numbers.delete(this.#numbers.keys().next().value ?? '');
    this.#ids.push(messageId);
    if (this.#ids.length > 2 * KEPT) this.#ids = this.#ids.slice(-KEPT);
    if (isExecution === 1) this.#unanswered.add(messageId);
  }

  #rewrite(): void {
    // Ids without their clients: only each client's last number is needed.
    const known = this.messageIds.map((id): Line => ['', 0, id, this.#unanswered.has(id) ? 1 : 0]);
    const last = [...this.#numbers]
      .filter(([client]) => client !== '')
      .map(([client, number]): Line => [client, number, '', 0]);
    const text = [...known, ...last].map((line) => `${JSON.stringify(line)}\n`).join('');
    const temporary = `${this.#path}.new`;
    writeFileSync(temporary, text, { mode: 0o600 });
    renameSync(temporary, this.#path);
    closeSync(this.#file);
    this.#file = openSync(this.#path, 'a', 0o600);
    this.#lines = known.length + last.length;
  }
}

function* readLines(path: string): Iterable<Line> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  for (const line of text.split('\n')) {
    const value = parseLine(line);
    if (value !== null) yield value;
  }
}

function parseLine(text: string): Line | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null; // The end of the file, or half a line that a dying process left.
  }
  if (!Array.isArray(value)) return null;
  const [first, number, id, isExecution] = value as unknown[];
  if (typeof first !== 'string') return null;
  if (value.length === 1) return [first];
  if (typeof number !== 'number' || typeof id !== 'string') return null;
  return [first, number, id, isExecution === 1 ? 1 : 0];
}
