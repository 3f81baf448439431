import { describe, expect, test } from 'vitest';
import type { RuntimeModel } from '../../../server/wire/runtime.ts';
import {
  bytesText,
  consoleCommand,
  kernelFacts,
  kernelStateText,
  machineText,
  spanText,
} from './runtime-text.ts';

const NOW = Date.parse('2026-01-01T12:00:00Z');
const runtime: RuntimeModel = {
  kernelId: 'k',
  kernelspec: 'python3',
  displayName: 'Python 3',
  place: { id: 'this-machine', title: 'This machine', kind: 'local' },
  state: 'idle',
  stateText: null,
  notebook: 'a.ipynb',
  startedAt: '2026-01-01T09:55:00Z',
  lastActivity: '2026-01-01T11:59:48Z',
  connections: 1,
  queued: 2,
  pid: 7,
  cpu: 0.417,
  memory: 123_456_789,
  connectionFile: null,
};

describe('what is said of kernels', () => {
  test.each([
    [-5, '0 s'],
    [59_999, '59 s'],
    [60_000, '1 min'],
    [7_200_000, '2 h'],
    [7_500_000, '2 h 5 min'],
    [90_000_000, '1 d 1 h'],
  ])('tells %i ms as %s', (span, text) => expect(spanText(span)).toBe(text));

  test.each([
    [0, '0 B'],
    [999, '999 B'],
    [1_500, '1.5 kB'],
    [123_456_789, '123 MB'],
    [5e15, '5000 TB'],
  ])('tells %i bytes as %s', (bytes, text) => expect(bytesText(bytes)).toBe(text));

  test('leaves out what is not known, and nothing else', () => {
    expect(kernelFacts(runtime, NOW)).toEqual([
      ['Up', '2 h 5 min'],
      ['CPU', '42 %'],
      ['Memory', '123 MB'],
      ['Queued cells', '2'],
      ['Last active', '12 s ago'],
      ['Pages', '1'],
      ['Process', '7'],
    ]);
    const unknown = { ...runtime, startedAt: null, cpu: null, memory: null, pid: null, queued: 0 };
    expect(kernelFacts(unknown, NOW).map(([word]) => word)).toEqual(['Last active', 'Pages']);
  });

  test('has words for states that are not those of Jupyter, and leaves the others', () => {
    expect(kernelStateText({ state: 'waiting' })).toBe('waiting for its place');
    expect(kernelStateText({ state: 'busy' })).toBe('busy');
  });

  test('quotes the file of a kernel where a shell would take it apart', () => {
    expect(consoleCommand({ connectionFile: '/run/kernel-1.json' })).toBe(
      'jupyter console --existing /run/kernel-1.json',
    );
    expect(consoleCommand({ connectionFile: "/run/it's here.json" })).toBe(
      "jupyter console --existing '/run/it'\\''s here.json'",
    );
    expect(consoleCommand({ connectionFile: null })).toBeNull();
  });

  test('tells what a machine is, with its labels', () => {
    const machine = {
      hostname: 'node7',
      platform: 'linux',
      labels: { gpu: 'a100', big: '' },
      cpus: 8,
      load: 0.5,
      memory: 64e9,
      memoryFree: 16e9,
    };
    expect(machineText(machine)).toBe(
      'node7 · linux · 8 CPUs, load 4.0 · 16.0 GB of 64.0 GB free · gpu=a100 · big',
    );
  });
});
