import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ownEnvironment } from './own-environment.mjs';
import { PROJECT } from './project.mjs';
import { explainFailure } from './setup-error.mjs';
import { isSupportedNode } from './supported-node.mjs';

describe('isSupportedNode', () => {
  it.each(['v22.15.0', 'v22.20.1', 'v23.5.0', 'v24.0.0', '26.1.0'])('takes %s', (version) => {
    expect(isSupportedNode(version)).toBe(true);
  });
  it.each(['v14.21.3', 'v20.20.2', 'v22.14.9', 'v23.4.0'])('replaces %s', (version) => {
    expect(isSupportedNode(version)).toBe(false);
  });
});

describe('explainFailure', () => {
  it.each([
    ['npm error code ENOTFOUND', 'network'],
    ['ERROR: Could not install packages: [Errno 28] No space left on device', 'disk is full'],
    ['Error: EACCES: permission denied, mkdir', 'may not be written'],
  ])('names the remedy for %j', (output, remedy) => {
    expect(explainFailure(output)).toContain(remedy);
  });

  it('shows the end of what was said, and nothing else, where the cause is unknown', () => {
    const lines = Array.from({ length: 100 }, (_, line) => `line ${line}`);
    expect(explainFailure(lines.join('\n'))).toBe(lines.slice(-25).join('\n'));
  });
});

it('gives kernels the environment that the person has, without what npm adds', () => {
  const environment = {
    HOME: '/home/me',
    npm_config_local_prefix: PROJECT,
    INIT_CWD: PROJECT,
    PATH: [
      join(PROJECT, 'node_modules', '.bin'),
      '/node_modules/.bin',
      '/usr/lib/node_modules/npm/node_modules/@npmcli/run-script/lib/node-gyp-bin',
      join(PROJECT, '.node', 'node_modules', '.bin'),
      '/home/me/bin',
      '/usr/bin',
    ].join(':'),
  };
  expect(ownEnvironment(environment)).toEqual({ HOME: '/home/me', PATH: '/home/me/bin:/usr/bin' });
});
