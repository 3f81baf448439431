import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStateDirectory } from '../state-directory.ts';
import { environmentFindings } from './environment-findings.ts';
import { broken, findingText, well } from './finding.ts';
import { kernelspecFindings } from './kernelspec-findings.ts';
import { portFinding, runtimeFinding } from './network-findings.ts';
import { stateFindings } from './state-findings.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'itl-doctor-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('shows what is broken with its remedy', () => {
  expect(findingText(well('all'))).toBe('  ✓ all\n');
  expect(findingText(broken('this', 'Do that.'))).toBe('  ✗ this\n      Do that.\n');
});

describe('the environment', () => {
  it('names versions, and what is missing', () => {
    const packages = join(folder, 'lib', 'python3.12', 'site-packages');
    mkdirSync(join(packages, 'jupyterlab-4.6.6.dist-info'), { recursive: true });
    mkdirSync(join(packages, 'jupyterlab_server-2.28.1.dist-info'));
    const findings = environmentFindings(folder);
    expect(findings).toContainEqual(well('JupyterLab 4.6.6'));
    expect(findings.filter(({ state }) => state === 'unusual').map(({ what }) => what)).toEqual([
      expect.stringContaining('Notebook 7 is not installed'),
      expect.stringContaining('ipykernel is not installed'),
      expect.stringContaining('nbconvert is not installed'),
    ]);
  });
});

describe('the kernels', () => {
  const paths = (data: string) => ({
    data: [data],
    config: [],
    runtime: '',
    userData: '',
    userConfig: '',
    prefix: folder,
  });
  function kernelspec(name: string, content: string): void {
    mkdirSync(join(folder, 'data', 'kernels', name), { recursive: true });
    writeFileSync(join(folder, 'data', 'kernels', name, 'kernel.json'), content);
  }

  it('are well where their program is there, and broken where it or the file is not', async () => {
    kernelspec('shell', '{"argv": ["sh"], "display_name": "Shell", "language": "sh"}');
    kernelspec('gone', '{"argv": ["/gone/python"], "display_name": "Gone", "language": "python"}');
    kernelspec('garbled', '{');
    const findings = await kernelspecFindings(paths(join(folder, 'data')), '/nowhere:/bin');
    const states = new Map(findings.map(({ what, state }) => [what.split(' ').slice(0, 3).join(' '), state]));
    expect(states.get('kernel shell (Shell)')).toBe('well');
    expect(states.get('kernel gone (Gone)')).toBe('broken');
    expect(
      findings.some(({ what, state }) => state === 'broken' && what.includes('garbled is left out')),
    ).toBe(true);
  });

  it('says what to install where there is none', async () => {
    const [finding] = (await kernelspecFindings(paths(join(folder, 'none')), '')).filter(
      ({ state }) => state === 'unusual',
    );
    expect(finding?.remedy ?? '').toContain('pip install ipykernel');
  });
});

describe('the state folder', () => {
  it('is well before the first start, and before there is a log', async () => {
    const state = join(folder, 'state');
    expect(await stateFindings(state, {})).toEqual([well(expect.stringContaining('not made yet') as string)]);
    openStateDirectory(state, folder);
    const findings = await stateFindings(state, {});
    expect(findings).toContainEqual(well('no server runs here'));
    expect(findings.every(({ state }) => state === 'well')).toBe(true);
  });

  it('is broken for this version where a newer one has written it', async () => {
    writeFileSync(join(folder, 'in-the-loop.json'), '{"version":2}');
    const [finding] = await stateFindings(folder, {});
    expect(finding).toMatchObject({
      state: 'broken',
      remedy: expect.stringContaining('--state') as string,
    });
  });

  it('is broken where others can enter it', async () => {
    chmodSync(folder, 0o755);
    const findings = await stateFindings(folder, {});
    expect(
      findings.find(({ state, remedy }) => state === 'broken' && remedy === `chmod 700 ${folder}`),
    ).toBeDefined();
  });
});

describe('the network', () => {
  it('tells a free port from one that somebody else has, and from our own', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    expect(await portFinding('127.0.0.1', port, false)).toMatchObject({ state: 'unusual' });
    expect(await portFinding('127.0.0.1', port, true)).toMatchObject({ state: 'well' });
    await new Promise((resolve) => server.close(resolve));
    expect(await portFinding('127.0.0.1', port, false)).toMatchObject({ state: 'well' });
    expect(await portFinding('192.0.2.1', 0, false)).toMatchObject({ state: 'broken' });
  });

  it('finds a runtime folder that can be made', () => {
    expect(runtimeFinding(join(folder, 'not', 'yet'))).toMatchObject({ state: 'well' });
    writeFileSync(join(folder, 'file'), '');
    expect(runtimeFinding(join(folder, 'file', 'below'))).toMatchObject({ state: 'broken' });
  });
});
