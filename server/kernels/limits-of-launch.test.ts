import { expect, test } from 'vitest';
import type { Kernelspec } from '../../kernel-bridge/kernelspecs/kernelspec.ts';
import { NO_LIMITS } from '../../kernel-bridge/limits/strictest-limits.ts';
import { limitsOfLaunch } from './limits-of-launch.ts';

const kernelspec = (metadata: Record<string, unknown>): Kernelspec => ({
  name: 'small',
  resourceDirectory: '/specs/small',
  prefix: null,
  spec: { argv: [], display_name: '', language: '', env: {}, interrupt_mode: 'signal', metadata },
});

test('the strictest of server, kernelspec and request holds', () => {
  const small = kernelspec({ in_the_loop: { limits: { memory: '2GB', cpu_time: '1h' } } });
  const server = { ...NO_LIMITS, memory: 4e9, idleTime: 60 };
  const request = { ...NO_LIMITS, cpuTime: 60 };
  expect(limitsOfLaunch(server, small, request)).toEqual({
    ...NO_LIMITS,
    memory: 2e9,
    cpuTime: 60,
    idleTime: 60,
  });
  expect(limitsOfLaunch(undefined, kernelspec({ in_the_loop: {} }), undefined)).toBeUndefined();
  expect(limitsOfLaunch(NO_LIMITS, kernelspec({ in_the_loop: 'x' }), undefined)).toBeUndefined();
});

test('a kernelspec whose limits are not understood starts no kernel without them', () => {
  const wrong = kernelspec({ in_the_loop: { limits: { memory: 'little' } } });
  expect(() => limitsOfLaunch(undefined, wrong, undefined)).toThrow(
    /kernelspec small is wrong: limits.memory/,
  );
});
