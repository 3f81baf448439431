import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { BoundedDirectory } from './bounded-directory.ts';
import { compress, Compressor } from './compressor.ts';
import type { ContentEncoding } from './content-encoding.ts';
import type { StaticFile } from './find-static-file.ts';

const MAXIMUM_CACHE_BYTES = 128 * 1024 * 1024;
/** A bigger file would take too long, and too much memory, while a client waits. */
const LARGEST_COMPRESSED_BYTES = 32 * 1024 * 1024;
/** The smallest form of a bigger one would take a core for half a minute and more. */
const LARGEST_IMPROVED_BYTES = 8 * 1024 * 1024;
const LONGEST_IMPROVEMENT_QUEUE = 2048;
/** Improving takes a core for seconds, so it waits until nobody has asked for a file for a while. */
const IDLE_MILLISECONDS = 10_000;

interface Improvement {
  readonly file: StaticFile;
  readonly encoding: ContentEncoding;
}

/**
 * Compressed forms of files, kept on disk over restarts. The first request gets a quickly made one; when nobody asks
 * for files, that is replaced by the smallest one that can be made.
 */
export class CompressionCache {
  private readonly stored: BoundedDirectory;
  private readonly compressor = new Compressor();
  private readonly making = new Map<string, Promise<Buffer | null>>();
  private readonly storing = new Set<Promise<void>>();
  private readonly toImprove = new Map<string, Improvement>();
  private timer: NodeJS.Timeout | undefined;
  private improving: Promise<void> = Promise.resolve();
  private closed = false;
  private failed = false;

  /** @param onFailure told once where the folder cannot be written: files are then compressed anew each time. */
  constructor(
    directory: string,
    private readonly onFailure: (error: unknown) => void,
    maximumBytes = MAXIMUM_CACHE_BYTES,
  ) {
    this.stored = new BoundedDirectory(directory, maximumBytes);
  }

  /** The file compressed; null where it is to be sent as it is. @throws where the file cannot be read. */
  async read(file: StaticFile, encoding: ContentEncoding): Promise<Buffer | null> {
    if (file.size > LARGEST_COMPRESSED_BYTES) return null;
    const key = keyOf(file, encoding);
    this.improveWhenIdle();
    const best = await this.stored.read(bestName(key));
    if (best !== null) return best;
    const made = (await this.stored.read(fastName(key))) ?? (await this.makeOnce(key, file, encoding));
    if (made !== null) this.improveLater(key, { file, encoding });
    return made;
  }

  /** Replaces one quickly compressed file by the smallest form. False where there was none to improve. */
  async improveNext(): Promise<boolean> {
    const next = this.toImprove.entries().next();
    if (next.done) return false;
    const [key, { file, encoding }] = next.value;
    this.toImprove.delete(key);
    try {
      if (await this.stored.has(bestName(key))) return true;
      const best = await compress(await readFile(file.path), encoding, 'best');
      if (!(await isStill(file))) return true;
      await this.stored.write(bestName(key), best);
      await this.stored.remove(fastName(key));
    } catch (error) {
      this.fail(error);
    }
    return true;
  }

  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.timer);
    await Promise.allSettled([this.improving, ...this.making.values(), ...this.storing]);
  }

  private makeOnce(key: string, file: StaticFile, encoding: ContentEncoding): Promise<Buffer | null> {
    const running = this.making.get(key);
    if (running !== undefined) return running;
    const making = this.compressor.compress(() => readFile(file.path), encoding);
    this.making.set(key, making);
    // Who asks before it is on the disk shares it, too; but nobody need wait for the disk.
    const stored = making.then(
      (compressed) => this.store(key, file, compressed).catch((error: unknown) => this.fail(error)),
      () => undefined, // Told to whoever asked for the file.
    );
    this.storing.add(stored);
    void stored.then(() => {
      this.making.delete(key);
      this.storing.delete(stored);
    });
    return making;
  }

  /** A lost write only means that the file is compressed again. */
  private async store(key: string, file: StaticFile, compressed: Buffer | null): Promise<void> {
    if (compressed !== null && (await isStill(file))) await this.stored.write(fastName(key), compressed);
  }

  private fail(error: unknown): void {
    if (!this.failed) this.onFailure(error);
    this.failed = true;
  }

  private improveLater(key: string, improvement: Improvement): void {
    if (improvement.file.size > LARGEST_IMPROVED_BYTES || this.toImprove.size >= LONGEST_IMPROVEMENT_QUEUE)
      return;
    this.toImprove.set(key, improvement);
  }

  private improveWhenIdle(): void {
    clearTimeout(this.timer);
    if (this.closed) return;
    this.timer = setTimeout(() => {
      this.improving = this.improving.then(() => this.improveWhileIdle());
    }, IDLE_MILLISECONDS).unref();
  }

  private async improveWhileIdle(): Promise<void> {
    const timer = this.timer;
    // A request sets another timer, and with it ends this round after the file at hand.
    while (!this.closed && timer === this.timer && (await this.improveNext()));
  }
}

/** What was compressed may be another content than what was asked for, and its key would keep it for ever. */
async function isStill({ path, size, modified }: StaticFile): Promise<boolean> {
  const stats = await stat(path).catch(() => null);
  return stats?.size === size && stats.mtime.getTime() === modified.getTime();
}

function keyOf(file: StaticFile, encoding: ContentEncoding): string {
  const identity = `${file.path}\0${file.size}\0${file.modified.getTime()}`;
  return `${createHash('sha256').update(identity).digest('hex').slice(0, 40)}.${encoding}`;
}

const fastName = (key: string): string => `${key}.fast`;
const bestName = (key: string): string => `${key}.best`;
