import { randomUUID } from 'node:crypto';
import { mkdir, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RecentBuffers } from './recent-buffers.ts';

/** What one visit of the pages asks for is about 1.5 MB compressed. */
const RECENT_BYTES = 4 * 1024 * 1024;

interface Entry {
  readonly size: number;
  usedAt: number;
}

/** A folder of small files of which the least lately used go when it grows over its bound. Losing any is harmless. */
export class BoundedDirectory {
  private readonly recent = new RecentBuffers(RECENT_BYTES);
  private entries: Promise<Map<string, Entry>> | undefined;

  constructor(
    private readonly directory: string,
    private readonly maximumBytes: number,
  ) {}

  async has(name: string): Promise<boolean> {
    return (await this.loaded()).has(name);
  }

  async read(name: string): Promise<Buffer | null> {
    const entries = await this.loaded();
    const entry = entries.get(name);
    if (entry === undefined) return null;
    const recent = this.recent.get(name);
    entry.usedAt = Date.now();
    if (recent !== undefined) return recent;
    try {
      const content = await readFile(join(this.directory, name));
      this.recent.set(name, content);
      return content;
    } catch {
      // Another server that shares the folder has removed it.
      entries.delete(name);
      return null;
    }
  }

  /** @throws where the folder cannot be written. */
  async write(name: string, content: Buffer): Promise<void> {
    const entries = await this.loaded();
    await mkdir(this.directory, { recursive: true, mode: 0o700 });
    const temporary = join(this.directory, `${name}.${randomUUID()}.tmp`);
    try {
      await writeFile(temporary, content, { mode: 0o600 });
      await rename(temporary, join(this.directory, name));
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
    this.recent.set(name, content);
    entries.set(name, { size: content.length, usedAt: Date.now() });
    await this.shrink(entries);
  }

  async remove(name: string): Promise<void> {
    (await this.loaded()).delete(name);
    this.recent.delete(name);
    await rm(join(this.directory, name), { force: true });
  }

  private async shrink(entries: Map<string, Entry>): Promise<void> {
    let total = 0;
    for (const entry of entries.values()) total += entry.size;
    if (total <= this.maximumBytes) return;
    const oldestFirst = [...entries].sort(([, left], [, right]) => left.usedAt - right.usedAt);
    for (const [name, entry] of oldestFirst) {
      if (total <= this.maximumBytes) break;
      await this.remove(name);
      total -= entry.size;
    }
  }

  private loaded(): Promise<Map<string, Entry>> {
    this.entries ??= this.load();
    return this.entries;
  }

  private async load(): Promise<Map<string, Entry>> {
    const entries = new Map<string, Entry>();
    for (const name of await readdir(this.directory).catch(() => [] as string[])) {
      const path = join(this.directory, name);
      const stats = await stat(path).catch(() => null);
      if (!stats?.isFile()) continue;
      if (!name.endsWith('.tmp')) entries.set(name, { size: stats.size, usedAt: stats.mtimeMs });
      // A crash left it; one that is being written by another server just now is younger.
      else if (Date.now() - stats.mtimeMs > 60_000) await rm(path, { force: true });
    }
    return entries;
  }
}
