import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readRunningServer, removeRunningServer, writeRunningServer } from './running-server.ts';

let state: string;
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'itl-running-'));
});
afterEach(() => rmSync(state, { recursive: true }));

const record = {
  pid: process.pid,
  url: 'http://127.0.0.1:1/lab?token=t',
  controlSocket: null,
  openPage: '/run/jpserver-1-open.html',
};

it('I10: is known to its owner alone, and to nobody once it is taken back', () => {
  writeRunningServer(state, record);
  expect(readRunningServer(state)).toEqual(record);
  expect(readdirSync(state)).toEqual(['server.json']);
  expect(statSync(join(state, 'server.json')).mode & 0o777).toBe(0o600);
  removeRunningServer(state);
  removeRunningServer(state);
  expect(readRunningServer(state)).toBeNull();
});

it('is none where its process has ended', () => {
  // Beyond the largest process id of Linux and macOS.
  writeRunningServer(state, { ...record, pid: 2 ** 30 });
  expect(readRunningServer(state)).toBeNull();
});

it.each(['', '{"pid":', '{"pid": 1}', '[]'])('is none where a power cut left %j of its record', (text) => {
  writeFileSync(join(state, 'server.json'), text);
  expect(readRunningServer(state)).toBeNull();
});
