import { closeSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import type { KernelLog } from '../local/kernel-log.ts';

/** One line of the file. */
type Line =
  | readonly ['sent', client: string, number: number, messageId: string, isExecution: boolean]
  | readonly ['answered', messageId: string]
  /** What is left of lines that were dropped. */
  | readonly ['number', client: string, number: number]
  | readonly ['id', messageId: string]
  | readonly ['unanswered', messageId: string];

/** So many ids are told; a server asks for those of the last moments. */
const KEPT = 1000;
const MOST_LINES = 32 * KEPT;
const MOST_CLIENTS = 16;
/** More than a person's client lets wait. */
const MOST_UNANSWERED = 10 * KEPT;

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
    this.#write(['sent', clientId, number, messageId, isExecution]);
  }

  answered(messageId: string): void {
    if (this.#unanswered.has(messageId)) this.#write(['answered', messageId]);
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
    switch (line[0]) {
      case 'sent':
        this.#takeNumber(line[1], line[2]);
        this.#takeId(line[3]);
        if (line[4]) this.#await(line[3]);
        return;
      case 'number':
        return this.#takeNumber(line[1], line[2]);
      case 'id':
        return this.#takeId(line[1]);
      case 'unanswered':
        return this.#await(line[1]);
      case 'answered':
        this.#unanswered.delete(line[1]);
    }
  }

  /** Only the last clients may come again with what they sent. */
  #takeNumber(client: string, number: number): void {
    this.#numbers.delete(client);
    this.#numbers.set(client, number);
    if (this.#numbers.size > MOST_CLIENTS) this.#numbers.delete(this.#numbers.keys().next().value ?? '');
  }

  #takeId(messageId: string): void {
    this.#ids.push(messageId);
    if (this.#ids.length > 2 * KEPT) this.#ids = this.#ids.slice(-KEPT);
  }

  #await(messageId: string): void {
    this.#unanswered.add(messageId);
    if (this.#unanswered.size > MOST_UNANSWERED)
      this.#unanswered.delete(this.#unanswered.keys().next().value ?? '');
  }

  #rewrite(): void {
    const lines: Line[] = [
      ...[...this.#numbers].map(([client, number]) => ['number', client, number] as const),
      ...this.messageIds.map((id) => ['id', id] as const),
      ...[...this.#unanswered].map((id) => ['unanswered', id] as const),
    ];
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
    const temporary = `${this.#path}.new`;
    writeFileSync(temporary, text, { mode: 0o600 });
    renameSync(temporary, this.#path);
    closeSync(this.#file);
    this.#file = openSync(this.#path, 'a', 0o600);
    this.#lines = lines.length;
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
  const [kind, name, number, id, isExecution] = value as unknown[];
  if (typeof name !== 'string') return null;
  if (kind === 'answered' || kind === 'id' || kind === 'unanswered') return [kind, name];
  if (typeof number !== 'number') return null;
  if (kind === 'number') return [kind, name, number];
  if (kind !== 'sent' || typeof id !== 'string') return null;
  return [kind, name, number, id, isExecution === true];
}
