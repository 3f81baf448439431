import { readFileSync, readdirSync } from 'node:fs';

const field = (pid: number, name: string): number => {
  const line = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(line?.[1] ?? Number.NaN) * 1024;
};

/** Resident bytes of a process now. */
export const residentBytes = (pid: number): number => field(pid, 'VmRSS');

/** The most resident bytes that a process ever had. */
export const peakResidentBytes = (pid: number): number => field(pid, 'VmHWM');

export const openFiles = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length;

/** Bytes that a process made the disk write, as far as they were not taken back before. */
export function writtenBytes(pid: number): number {
  const io = readFileSync(`/proc/${pid}/io`, 'utf8');
  return Number(/^write_bytes: (\d+)$/m.exec(io)?.[1] ?? Number.NaN);
}
