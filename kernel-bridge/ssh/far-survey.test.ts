import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { farKernelspecs } from './far-kernelspecs.ts';
import { readSurvey, surveyScript } from './far-survey.ts';
import type { SshSettings } from './ssh-settings.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'survey home-'));
});
afterEach(() => rmSync(home, { recursive: true }));

function write(path: string, text: string, mode = 0o600): void {
  mkdirSync(dirname(join(home, path)), { recursive: true });
  writeFileSync(join(home, path), text);
  chmodSync(join(home, path), mode);
}
/** As a shell with nothing on its PATH but what every system has. */
function survey(settings: Partial<SshSettings> = {}) {
  const script = surveyScript({ host: 'h', mode: 'auto', ...settings });
  const output = execFileSync('sh', ['-c', script], { env: { HOME: home, PATH: '/usr/bin:/bin' } });
  return readSurvey(output, Date.now());
}
const kernelJson = (argv: string[]) => JSON.stringify({ argv, display_name: 'D', language: 'l' });

describe('the survey of a machine', () => {
  test('kernelspecs, environments and Node are found where they are usually put, whatever their names hold', () => {
    write('.local/share/jupyter/kernels/Mine/kernel.json', kernelJson(['mine', '{connection_file}']));
    write('own $(x)/other/kernel.json', kernelJson(['python3', '-m', 'k']));
    write('own $(x)/broken/kernel.json', '{"argv": 1}');
    write('fish/.venv/bin/python', '#!/bin/sh\n', 0o700);
    write('fish/.venv/pyvenv.cfg', 'uv = 0.5\n');
    write('fish/.venv/lib/python3.12/site-packages/ipykernel/kernelspec.py', '');
    write('.nvm/versions/node/v99.0.0/bin/node', '#!/bin/sh\necho v99.0.0 linux x64 /n/node\n', 0o700);
    write(
      'a python',
      `#!/bin/sh\necho '{"executable":"/p/bin/python","prefix":"/p","kernel":null}'\n`,
      0o700,
    );
    const found = survey({ kernelspecFolders: ['~/own $(x)'], python: '~/a python' });
    expect(found).toMatchObject({ home, notWritable: null });
    expect(Math.abs(found.clockAhead)).toBeLessThan(60_000);
    expect(found.nodes).toContainEqual({
      version: 'v99.0.0',
      platform: 'linux',
      arch: 'x64',
      program: '/n/node',
    });
    const kernelspecs = new Map(farKernelspecs(found, true).map((one) => [one.name, one]));
    expect(kernelspecs.get('mine')).toMatchObject({
      prefix: null,
      spec: { argv: ['mine', '{connection_file}'] },
    });
    expect(kernelspecs.get('other')).toMatchObject({
      prefix: '/p',
      spec: { argv: ['/p/bin/python', '-m', 'k'] },
    });
    expect(kernelspecs.get('uv-fish')).toMatchObject({ prefix: join(home, 'fish/.venv') });
    expect(kernelspecs.has('broken')).toBe(false);
  });

  test('a Python that has ipykernel is a kernel, and the one that is named comes first', () => {
    const spec = {
      argv: ['/p/bin/python', '-m', 'ipykernel_launcher'],
      display_name: 'P',
      language: 'python',
    };
    const about = { executable: '/p/bin/python', prefix: '/p', kernel: { resources: '/p/r', spec } };
    write('python', `#!/bin/sh\necho '${JSON.stringify(about)}'\n`, 0o700);
    write('.local/share/jupyter/kernels/python3/kernel.json', kernelJson(['/other/python']));
    const found = survey({ python: join(home, 'python') });
    const python3 = (namesPython: boolean) =>
      farKernelspecs(found, namesPython).find(({ name }) => name === 'python3')?.spec.argv[0];
    expect([python3(true), python3(false)]).toEqual(['/p/bin/python', '/other/python']);
  });

  test('a folder that cannot be written to is told', () => {
    write('.cache', 'in the way');
    expect(survey().notWritable).toMatch(/\w/);
  });

  test('what no POSIX shell says is no survey', () => {
    expect(() => readSurvey(Buffer.from('Welcome!\n'), 0)).toThrow(/POSIX/);
    expect(() => readSurvey(Buffer.from('home 99999\n/x'), 0)).toThrow(/POSIX/);
  });
});
