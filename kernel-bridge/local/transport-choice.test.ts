import { describe, expect, test } from 'vitest';
import type { Kernelspec } from '../kernelspecs/kernelspec.ts';
import { TransportChoice } from './transport-choice.ts';

function kernelspec(program: string, metadata: Record<string, unknown> = {}): Kernelspec {
  const spec = {
    argv: [program],
    display_name: '',
    language: '',
    env: {},
    interrupt_mode: 'signal' as const,
    metadata,
  };
  return { name: 'k', resourceDirectory: `/kernels/${program}`, prefix: null, spec };
}

describe('TransportChoice', () => {
  test('[T1] prefers what it is told', () => {
    expect(new TransportChoice('ipc').transportFor(kernelspec('python'))).toBe('ipc');
    expect(new TransportChoice('tcp').transportFor(kernelspec('python'))).toBe('tcp');
  });

  test('[T2] knows programs and kernelspecs that need tcp', () => {
    const choice = new TransportChoice('ipc');
    expect(choice.transportFor(kernelspec('/opt/deno'))).toBe('tcp');
    expect(choice.transportFor(kernelspec('k', { transport: 'tcp' }))).toBe('tcp');
  });

  test('[T3] remembers for each kernelspec on what it answered', () => {
    const choice = new TransportChoice('ipc');
    const [good, bad, fresh] = [kernelspec('good'), kernelspec('bad'), kernelspec('fresh')];
    choice.answeredOn('ipc', good);
    choice.answeredOn('tcp', bad);
    expect([good, bad, fresh].map((spec) => choice.transportFor(spec))).toEqual(['ipc', 'tcp', 'ipc']);
    expect([good, fresh].map((spec) => choice.mayBlameIpc(spec))).toEqual([false, true]);
  });
});
