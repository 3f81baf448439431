import { expect, test } from 'vitest';
import { passedEnvironment } from './passed-environment.ts';
import { processArguments, readProcessArguments } from './process-options.ts';

const plain = { distribution: '/d', archive: '/a.zip', snapshot: null, packages: 'https://p/' };

test('a process reads what its kernelspec says', () => {
  for (const options of [
    { ...plain, network: false, memory: null, files: false },
    { ...plain, snapshot: '/s.bin', packages: '/p', network: true, memory: 2e9, files: true },
  ])
    expect(readProcessArguments(processArguments(options))).toEqual({
      ...options,
      connectionFile: '{connection_file}',
    });
});

test('says what is missing', () => {
  expect(() => readProcessArguments(['--distribution', '/d'])).toThrow('--connection-file is missing');
});

test("I10: passes on no variable but those that are nobody's secret", () => {
  const environment = {
    KERNEL_A: '1',
    LANG: 'C',
    LC_ALL: 'C',
    TZ: 'UTC',
    JUPYTER_TOKEN: 'secret',
    PATH: '/bin',
  };
  expect(passedEnvironment(environment)).toEqual({ KERNEL_A: '1', LANG: 'C', LC_ALL: 'C', TZ: 'UTC' });
});
