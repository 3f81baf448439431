import { expect, test } from 'vitest';
import { launchEnvironment } from './launch-environment.ts';

test('a gateway client may set KERNEL_* texts, and nothing else of the environment', () => {
  const asked = {
    KERNEL_USERNAME: 'ada',
    KERNEL_ID: 7,
    PATH: '/evil',
    LD_PRELOAD: 'x',
    kernel_x: 'y',
    JPY_PARENT_PID: '1',
  };
  expect(launchEnvironment(asked)).toEqual({ KERNEL_USERNAME: 'ada' });
});

test.each([undefined, null, 'KERNEL_X', 7, []])('%j sets nothing', (asked) => {
  expect(launchEnvironment(asked)).toEqual({});
});
