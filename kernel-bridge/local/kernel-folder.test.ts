import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readKernelRecords } from '../life/kernel-record-file.ts';
import { KernelFolder, LOCAL_RECORDS } from './kernel-folder.ts';
import type { KernelRecord } from './kernel-record.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'records-'));
});
afterEach(() => rm(root, { recursive: true }));

const nothing = () => undefined;
const log = { debug: nothing, info: nothing, warn: nothing };
function record(kernelId: string): KernelRecord {
  const spec = { argv: ['k'], display_name: 'K', language: 'k', env: {}, metadata: {} };
  const ports = { shell_port: 1, iopub_port: 2, stdin_port: 3, control_port: 4, hb_port: 5 };
  const address = { ip: '/run/k', key: 'secret', transport: 'ipc', signature_scheme: 'hmac-sha256' } as const;
  return {
    request: {
      kernelId,
      kernelspec: {
        name: 'k',
        resourceDirectory: '/specs/k',
        prefix: null,
        spec: { ...spec, interrupt_mode: 'signal', kernel_protocol_version: '' },
      },
      workingDirectory: '/',
      sessionPath: null,
      environment: { A: 'b' },
      pythonPrefix: '/p',
      runtimeDirectory: '/r',
    },
    process: { pid: 7, identity: 'boot 9', startedAt: 1 },
    connection: { ...ports, ...address, kernel_name: 'k' },
    routingId: 'us',
    kernelInfo: null,
    waiting: [],
    history: { consecutiveDeaths: 0, wasStable: false },
    limitState: { stopped: 0, pausedAt: null, warned: false },
    outOfMemoryKills: null,
  };
}

describe('KernelFolder', () => {
  test('[A1] keeps a record for its owner alone, and its latest content', async () => {
    const folder = new KernelFolder(join(root, 'a'), log);
    folder.write(record('a'));
    folder.amend({ routingId: 'anew' });
    expect(await readKernelRecords(root, LOCAL_RECORDS, nothing)).toEqual([
      { ...record('a'), routingId: 'anew' },
    ]);
    expect(statSync(join(root, 'a/record.json')).mode & 0o777).toBe(0o600);
    expect(statSync(join(root, 'a')).mode & 0o777).toBe(0o700);
  });

  test('[A1] is removed when the kernel is over, but for what others keep in it', async () => {
    for (const id of ['a', 'b']) {
      const folder = new KernelFolder(join(root, id), log);
      folder.write(record(id));
      folder.output.collect(() => undefined);
      if (id === 'b') mkdirSync(join(root, 'b/spool'));
      await folder.remove();
    }
    expect(readdirSync(root)).toEqual(['b']);
    expect(readdirSync(join(root, 'b'))).toEqual(['spool']);
    expect(await readKernelRecords(root, LOCAL_RECORDS, () => expect.unreachable())).toEqual([]);
  });

  test('[A4] damaged records are told, without their content, and passed over', async () => {
    const bad = { garbage: '{"key": "secret', empty: '', old: '{"version": 0}', list: '[]' };
    for (const [id, content] of Object.entries(bad)) {
      mkdirSync(join(root, id));
      writeFileSync(join(root, id, 'record.json'), content);
    }
    new KernelFolder(join(root, 'foreign'), log).write(record('another'));
    new KernelFolder(join(root, 'good'), log).write(record('good'));
    mkdirSync(join(root, 'unreadable/record.json'), { recursive: true });
    writeFileSync(join(root, 'no-folder'), '');
    const damaged: string[] = [];
    const records = await readKernelRecords(root, LOCAL_RECORDS, (file, reason) =>
      damaged.push(`${file} ${reason}`),
    );
    expect(records.map(({ request }) => request.kernelId)).toEqual(['good']);
    expect(damaged).toHaveLength(6);
    expect(damaged.join()).not.toContain('secret');
  });

  test('[A4] a folder that is not there has no records', async () => {
    expect(await readKernelRecords(join(root, 'none'), LOCAL_RECORDS, nothing)).toEqual([]);
  });
});
