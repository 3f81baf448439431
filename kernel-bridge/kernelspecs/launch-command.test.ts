import { describe, expect, test } from 'vitest';
import type { Kernelspec } from './kernelspec.ts';
import { launchCommand, type LaunchContext } from './launch-command.ts';

const context: LaunchContext = {
  connectionFile: '/run/kernel-1.json',
  workingDirectory: '/work',
  sessionPath: '/work/a.ipynb',
  pythonPrefix: '/served',
  homeDirectory: '/home/me',
  environment: { PATH: '/bin', HOME: '/home/me', PYTHONEXECUTABLE: '/x' },
  isExecutable: (path) => ['/served/bin/python', '/served/bin/python3.11', '/env/bin/python3'].includes(path),
};

function kernelspec(argv: string[], changes: Partial<Kernelspec['spec']> = {}, prefix: string | null = null) {
  const spec: Kernelspec['spec'] = {
    argv,
    display_name: 'Test',
    language: 'python',
    env: {},
    interrupt_mode: 'signal',
    metadata: {},
    ...changes,
  };
  return { name: 'test', resourceDirectory: '/specs/test', prefix, spec };
}
const argvOf = (argv: string[], prefix: string | null = null) =>
  launchCommand(kernelspec(argv, {}, prefix), context).argv;
const environmentOf = (changes: Partial<Kernelspec['spec']>, more: Partial<LaunchContext> = {}) =>
  launchCommand(kernelspec(['k'], changes), { ...context, ...more }).environment;

describe('launchCommand', () => {
  test('[L1] fills in what it knows and leaves other braces', () => {
    expect(
      argvOf(['k', '-f', '{connection_file}', '--in={resource_dir}/x{prefix}', '{cwd}', '{other} {}']),
    ).toEqual(['k', '-f', '/run/kernel-1.json', '--in=/specs/test/x/served', '/work', '{other} {}']);
  });

  test('[L1] expands the home folder at the start of an argument only', () => {
    expect(argvOf(['~/bin/k', '~', 'a~/b', '~other/c'])).toEqual([
      '/home/me/bin/k',
      '/home/me',
      'a~/b',
      '~other/c',
    ]);
  });

  test('[L2] runs the served Python where the kernelspec belongs to no environment', () => {
    expect(argvOf(['python', '-m', 'x'])).toEqual(['/served/bin/python', '-m', 'x']);
    expect(argvOf(['python3.11'])).toEqual(['/served/bin/python3.11']);
  });

  test('[L2] runs the Python of the environment that the kernelspec came from', () => {
    expect(argvOf(['python'], '/env')).toEqual(['/env/bin/python3']);
  });

  test('[L2] leaves a Python that the environment does not have, and other programs, to PATH', () => {
    expect(argvOf(['python3.9'])).toEqual(['python3.9']);
    expect(argvOf(['R'])).toEqual(['R']);
    expect(argvOf(['/usr/bin/python3'])).toEqual(['/usr/bin/python3']);
  });

  test('[L3] substitutes variables as Python does and leaves unknown ones', () => {
    const env = { A: '${HOME}/a:$PATH', B: '$$HOME ${nope} $1 $', C: '$A' };
    const result = environmentOf({ env });
    expect(result).toMatchObject({ A: '/home/me/a:/bin', B: '$HOME ${nope} $1 $', C: '$A' });
  });

  test('[L3] lets the kernelspec win over what is inherited', () => {
    const environment = { PATH: '/launch', EXTRA: 'launch' };
    const result = environmentOf({ env: { EXTRA: 'spec' } }, { environment });
    expect(result).toMatchObject({ PATH: '/launch', EXTRA: 'spec' });
  });

  test('[L3] keeps PYTHONEXECUTABLE from Python kernels only', () => {
    expect(environmentOf({})).not.toHaveProperty('PYTHONEXECUTABLE');
    expect(environmentOf({ language: 'R' })).toHaveProperty('PYTHONEXECUTABLE', '/x');
  });

  test('[L4] names the document, and no parent, whatever this process was started in', () => {
    expect(environmentOf({})).toMatchObject({ JPY_SESSION_NAME: '/work/a.ipynb' });
    const environment = { JPY_SESSION_NAME: '/of/another.ipynb', JPY_PARENT_PID: '1' };
    const without = environmentOf({ env: { JPY_PARENT_PID: '2' } }, { sessionPath: null, environment });
    expect(without).not.toHaveProperty('JPY_SESSION_NAME');
    expect(without).not.toHaveProperty('JPY_PARENT_PID');
  });
});
