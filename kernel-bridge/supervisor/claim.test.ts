import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { lookAtProcess } from '../local/process-identity.ts';
import { lastClaimed, makeClaim, readClaim, renewClaim } from './claim.ts';

const about = { socket: '/s', program: '1', protocol: 1 };
let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'claim-'))));
afterEach(() => rmSync(folder, { recursive: true }));
const path = () => join(folder, 'supervisor.json');

describe('a claim', () => {
  test('[U1] is made once, and tells who has it', () => {
    expect(lastClaimed(path())).toBeNull();
    expect(makeClaim(path(), about)).toBeNull();
    expect(readClaim(path())).toMatchObject({ pid: process.pid, ...about });
    expect(makeClaim(path(), about)).toMatchObject({ pid: process.pid });
    renewClaim(path());
    expect(lastClaimed(path())).toBeInstanceOf(Date);
    expect(readdirSync(folder)).toEqual(['supervisor.json']);
  });

  test.each([
    ['of a process that is gone', { pid: 2 ** 22 + 1, identity: 'x', ...about }],
    ['of another process with the same number', { pid: process.pid, identity: 'x', ...about }],
    ['that lacks something', { pid: process.pid }],
  ])('[U1] %s does not count', (_what, stale) => {
    writeFileSync(path(), JSON.stringify(stale));
    expect(readClaim(path())).toBeNull();
    expect(makeClaim(path(), about)).toBeNull();
    expect(readClaim(path())?.pid).toBe(process.pid);
  });

  test('[U1] of a process that lives is left to it', async () => {
    const other = spawn('sleep', ['60']);
    try {
      await once(other, 'spawn');
      const { identity } = lookAtProcess(other.pid!)!;
      writeFileSync(path(), JSON.stringify({ pid: other.pid, identity, ...about }));
      expect(makeClaim(path(), about)).toMatchObject({ pid: other.pid });
    } finally {
      other.kill('SIGKILL');
    }
  });

  test('a folder that is gone is no reason to fail', () => {
    renewClaim(join(folder, 'none'));
    expect(lastClaimed(join(folder, 'none'))).toBeNull();
  });
});
