import { closeSync, openSync, readSync } from 'node:fs';
import { RECORD_HEADER_BYTES } from '../../hosted/codec/entry-record.ts';
import { recordAt, recordLengthAt } from '../link/entry-record.ts';
import { LONGEST_FRAME } from '../../hosted/codec/frame.ts';

/** One file of a spool: records one behind the other, the first of the position that is the file's name. */
export interface Segment {
  readonly path: string;
  readonly first: number;
  /** Of whole records. */
  bytes: number;
}

const SUFFIX = '.entries';

export function segmentName(first: number): string {
  return `${String(first).padStart(16, '0')}${SUFFIX}`;
}

/** @returns the first position; null for a file that is no segment */
export function parseSegmentName(name: string): number | null {
  const match = /^(\d{16})\.entries$/.exec(name);
  return match ? Number(match[1]) : null;
}

/** A run of whole records that follow one another, as bytes of the link. */
export interface RecordRun {
  readonly bytes: Buffer;
  readonly first: number;
  readonly last: number;
  /** Where in the file the next one starts. */
  readonly end: number;
}

/**
 * Reads whole, undamaged records from a place in a segment on.
 * @param maximum about so many bytes, but at least one record
 * @returns null where no record is at that place
 */
export function readRecords(segment: Segment, from: number, maximum: number): RecordRun | null {
  const file = openSync(segment.path, 'r');
  try {
    const wanted = Math.max(maximum, RECORD_HEADER_BYTES);
    let bytes = readAt(file, from, Math.min(wanted, segment.bytes - from));
    const needed = recordLengthAt(bytes, 0);
    if (needed !== null && needed > bytes.byteLength && from + needed <= segment.bytes)
      bytes = readAt(file, from, needed);
    return wholeRecords(bytes, from);
  } finally {
    closeSync(file);
  }
}

function wholeRecords(bytes: Buffer, from: number): RecordRun | null {
  let end = 0;
  let first: number | null = null;
  let last = 0;
  for (;;) {
    const record = recordAt(bytes, end);
    if (record === null || (first !== null && record.position !== last + 1)) break;
    first ??= record.position;
    last = record.position;
    end += record.bytes;
  }
  return first === null ? null : { bytes: bytes.subarray(0, end), first, last, end: from + end };
}

/**
 * Looks behind damage for the next record.
 * @param above its position is higher than this one and at most `below`
 * @returns its place in the file; null if there is none
 */
export function findRecord(segment: Segment, from: number, above: number, below: number): number | null {
  const file = openSync(segment.path, 'r');
  try {
    const bytes = readAt(file, from, Math.min(segment.bytes - from, LONGEST_FRAME));
    for (let at = 0; at < bytes.byteLength; at++) {
      if (recordLengthAt(bytes, at) === null) continue;
      const record = recordAt(bytes, at);
      if (record !== null && record.position > above && record.position <= below) return from + at;
    }
    return null;
  } finally {
    closeSync(file);
  }
}

function readAt(file: number, from: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  let read = 0;
  while (read < length) {
    const count = readSync(file, bytes, read, length - read, from + read);
    if (count === 0) break;
    read += count;
  }
  return bytes.subarray(0, read);
}
