import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { recordLengthAt } from '../link/entry-record.ts';
import type { KernelLog } from '../../local/kernel-log.ts';
import {
  findRecord,
  parseSegmentName,
  readRecords,
  type RecordRun,
  type Segment,
  segmentName,
} from './segment.ts';

export interface SpoolOptions {
  /** Made if missing, for its owner alone. */
  readonly folder: string;
  readonly log: KernelLog;
  /** A segment that has so many bytes is followed by another. Default 4 MiB. */
  readonly segmentBytes?: number;
  /** With more than this unacknowledged it says `too-much-unread`. Default 8 GiB. */
  readonly limitBytes?: number;
  /** `null`: there is room again. */
  onBlocked?(reason: SpoolBlock | null): void;
}
export type SpoolBlock = 'disk-full' | 'too-much-unread';

/** Whole records, in a row. */
interface Batch {
  readonly bytes: Buffer;
  readonly first: number;
  readonly last: number;
}
/** What was read: records, or damage in their place, as positions. */
export type SpoolRead =
  | { readonly kind: 'records'; readonly bytes: Buffer; readonly last: number }
  | { readonly kind: 'damage'; readonly last: number; readonly since: Date; readonly until: Date };

const SEGMENT_BYTES = 4 * 1024 * 1024;
const LIMIT_BYTES = 8 * 1024 * 1024 * 1024;
const SCAN_BYTES = 1024 * 1024;

/**
 * What one kernel said and the server has not yet acknowledged, on disk, in files of some megabytes that are deleted once
 * acknowledged. Written without fsync: it outlives processes, and kernels do not outlive a power cut either. What the
 * disk does not take stays in memory until it does; its owner is told, and stops the kernel meanwhile.
 */
export class Spool {
  readonly #options: SpoolOptions;
  readonly #segments: Segment[];
  /** Of the last segment. */
  #file: number | null = null;
  #last: number;
  #unwritten: Batch[] = [];
  #unwrittenBytes = 0;
  #diskBytes: number;
  /** The next batch does not follow what the last segment has. */
  #startsSegment = false;
  #blocked: SpoolBlock | null = null;
  /** Where the record behind the last one read starts. */
  #cursor: { readonly after: number; readonly segment: Segment; readonly at: number } | null = null;

  /** Opens the spool of a folder, cuts off a damaged end, and goes on behind what is there. */
  constructor(options: SpoolOptions) {
    this.#options = options;
    mkdirSync(options.folder, { recursive: true, mode: 0o700 });
    this.#segments = readdirSync(options.folder)
      .map((name) => ({ name, first: parseSegmentName(name) }))
      .filter((found): found is { name: string; first: number } => found.first !== null)
      .map(({ name, first }) => {
        const path = join(options.folder, name);
        return { path, first, bytes: statSync(path).size };
      })
      .sort((one, other) => one.first - other.first);
    const lastPath = this.#segments.at(-1)?.path;
    this.foundFrom = lastPath === undefined ? null : statSync(lastPath).mtime;
    this.#last = this.#recoverEnd();
    this.#diskBytes = this.#segments.reduce((sum, { bytes }) => sum + bytes, 0);
    // What is there may have been written by a process that died in the middle of it.
    this.#startsSegment = true;
  }

  /** The position of the last entry; 0 before the first. */
  get last(): number {
    return this.#last;
  }

  /** When something was last written to the spool that was found; null where there was none. */
  readonly foundFrom: Date | null;

  get bytes(): number {
    return this.#diskBytes + this.#unwrittenBytes;
  }

  get blocked(): SpoolBlock | null {
    return this.#blocked;
  }

  /** @param bytes whole records with the positions from `last + 1` to `last` */
  append(bytes: Buffer, last: number): void {
    this.#unwritten.push({ bytes, first: this.#last + 1, last });
    this.#unwrittenBytes += bytes.byteLength;
    this.#last = last;
    if (this.#blocked !== 'disk-full') this.retry();
  }

  /** Tries again to write what the disk did not take. */
  retry(): void {
    try {
      while (this.#unwritten[0] !== undefined) {
        this.#write(this.#unwritten[0]);
        this.#unwrittenBytes -= this.#unwritten.shift()?.bytes.byteLength ?? 0;
      }
      this.#setBlocked(this.#isTooMuch() ? 'too-much-unread' : null);
    } catch (error) {
      if (this.#blocked !== 'disk-full')
        this.#options.log.warn(
          { folder: this.#options.folder, reason: (error as Error).message },
          'the spool of a kernel cannot be written',
        );
      this.#setBlocked('disk-full');
    }
  }

  /** All up to this position is elsewhere by now. A position beyond the last one moves that. */
  acknowledge(position: number): void {
    if (position > this.#last) {
      this.#last = position;
      this.#startsSegment = true;
    }
    for (
      let next = this.#segments[1];
      next !== undefined && next.first <= position + 1;
      next = this.#segments[1]
    )
      this.#delete(this.#segments.shift());
    while (this.#unwritten[0] !== undefined && this.#unwritten[0].last <= position) {
      this.#unwrittenBytes -= this.#unwritten.shift()?.bytes.byteLength ?? 0;
      this.#startsSegment = true;
    }
    if (this.#blocked === 'disk-full') this.retry();
    else if (this.#blocked !== null && !this.#isTooMuch()) this.#setBlocked(null);
  }

  /**
   * Reads what follows a position.
   * @param maximum about so many bytes, but at least one record
   * @returns null if nothing follows
   */
  read(after: number, maximum: number): SpoolRead | null {
    if (after >= this.#last) return null;
    const waiting = this.#unwritten.find(({ last }) => last > after);
    if (waiting !== undefined && after + 1 >= waiting.first)
      return { kind: 'records', bytes: behind(waiting.bytes, after + 1 - waiting.first), last: waiting.last };
    const index = this.#segments.findLastIndex(({ first }) => first <= after + 1);
    const segment = this.#segments[index] ?? this.#segments[0];
    const end = (this.#segments[index + 1]?.first ?? waiting?.first ?? this.#last + 1) - 1;
    if (segment === undefined || segment.first > after + 1)
      return damage(Math.max(after + 1, (segment?.first ?? end + 1) - 1), segment);
    return this.#readSegment(segment, after, end, maximum);
  }

  /** Keeps all on disk. Idempotent. */
  close(): void {
    if (this.#file !== null) closeSync(this.#file);
    this.#file = null;
  }

  /** @param end the last position that the segment has */
  #readSegment(segment: Segment, after: number, end: number, maximum: number): SpoolRead {
    const at = this.#cursor?.after === after && this.#cursor.segment === segment ? this.#cursor.at : null;
    const from = at ?? placeBehind(segment, after);
    const run = from < segment.bytes ? readRecords(segment, from, maximum) : null;
    if (run !== null && run.first === after + 1 && run.last <= end) {
      this.#cursor = { after: run.last, segment, at: run.end };
      return { kind: 'records', bytes: run.bytes, last: run.last };
    }
    const place = findRecord(segment, from, after, end);
    const next = place === null ? null : readRecords(segment, place, 1);
    if (place === null || next === null) return damage(end, segment);
    this.#cursor = { after: next.first - 1, segment, at: place };
    return damage(next.first - 1, segment);
  }

  #write({ bytes, first }: Batch): void {
    let segment = this.#segments.at(-1);
    const { folder, segmentBytes = SEGMENT_BYTES } = this.#options;
    if (
      this.#file === null ||
      segment === undefined ||
      this.#startsSegment ||
      segment.bytes >= segmentBytes
    ) {
      const path = join(folder, segmentName(first));
      const file = openSync(path, 'a', 0o600);
      this.close();
      this.#file = file;
      this.#startsSegment = false;
      // An empty one of the same name is gone on with.
      if (segment?.first !== first) this.#segments.push((segment = { path, first, bytes: 0 }));
    }
    let written = 0;
    try {
      while (written < bytes.byteLength) written += writeSync(this.#file, bytes, written);
    } catch (error) {
      // Half a record would be damage to whoever reads it.
      if (written > 0) ftruncateSync(this.#file, segment.bytes);
      throw error;
    }
    segment.bytes += written;
    this.#diskBytes += written;
  }

  #isTooMuch(): boolean {
    const { limitBytes = LIMIT_BYTES } = this.#options;
    // Continued only with much room, or it would stop and go on with every segment.
    return this.bytes > (this.#blocked === null ? limitBytes : limitBytes / 2);
  }

  #setBlocked(reason: SpoolBlock | null): void {
    if (reason === this.#blocked) return;
    this.#blocked = reason;
    this.#options.onBlocked?.(reason);
  }

  #delete(segment: Segment | undefined): void {
    if (segment === undefined) return;
    this.#diskBytes -= segment.bytes;
    rmSync(segment.path, { force: true });
  }

  /** @returns the last position */
  #recoverEnd(): number {
    const segment = this.#segments.at(-1);
    if (segment === undefined) return 0;
    let last = segment.first - 1;
    let at = 0;
    while (at < segment.bytes) {
      const run = readRecords(segment, at, SCAN_BYTES);
      const next = run === null ? findRecord(segment, at, last, Number.MAX_SAFE_INTEGER) : run.end;
      if (run !== null) last = run.last;
      if (next === null) break;
      at = next;
    }
    if (at < segment.bytes) this.#cutOff(segment, at);
    return last;
  }

  #cutOff(segment: Segment, at: number): void {
    this.#options.log.warn(
      { path: segment.path, bytes: segment.bytes - at },
      'the end of a spool is damaged and cut off',
    );
    const file = openSync(segment.path, 'r+');
    ftruncateSync(file, at);
    closeSync(file);
    segment.bytes = at;
  }
}

/** Where the first record behind a position starts, or damage before it. */
function placeBehind(segment: Segment, after: number): number {
  let at = 0;
  while (at < segment.bytes) {
    const run: RecordRun | null = readRecords(segment, at, SCAN_BYTES);
    const place = run?.end ?? findRecord(segment, at, 0, after);
    if (place === null) return at;
    if (run !== null && run.last > after)
      return run.end - behind(run.bytes, Math.max(0, after + 1 - run.first)).byteLength;
    at = place;
  }
  return at;
}

/** The records behind so many. */
function behind(bytes: Buffer, count: number): Buffer {
  let at = 0;
  for (let passed = 0; passed < count; passed++) at += recordLengthAt(bytes, at) ?? 0;
  return bytes.subarray(at);
}

function damage(last: number, segment: Segment | undefined): SpoolRead {
  const { birthtime, mtime } = segment === undefined ? noTimes() : statSync(segment.path);
  return { kind: 'damage', last, since: birthtime, until: mtime };
}

function noTimes(): { birthtime: Date; mtime: Date } {
  const now = new Date();
  return { birthtime: now, mtime: now };
}
