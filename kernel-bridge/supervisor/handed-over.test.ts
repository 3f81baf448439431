import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { HandedOver } from './handed-over.ts';

const log = { debug: () => undefined, info: () => undefined, warn: () => undefined };
let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'handed-over-'))));
afterEach(() => rmSync(folder, { recursive: true }));
const path = () => join(folder, 'handed-over');
const open = () => new HandedOver(path(), log);

describe('HandedOver', () => {
  test('[N2] [N3] another supervisor knows numbers, ids and what is unanswered', () => {
    const before = open();
    before.note('one', 1, 'a', true);
    before.note('one', 2, 'b', true);
    before.note('two', 1, 'c', false);
    before.answered('a');
    before.answered('nobody sent this');
    before.close();
    for (let life = 0; life < 3; life++) {
      const after = open();
      expect([after.lastOf('one'), after.lastOf('two'), after.lastOf('three')]).toEqual([2, 1, 0]);
      expect(after.messageIds).toEqual(['a', 'b', 'c']);
      expect(after.unanswered).toEqual(['b']);
      after.close();
    }
  });

  test('[N2] half a line, and what is none, are passed over', () => {
    const before = open();
    before.note('one', 1, 'a', true);
    before.close();
    appendFileSync(path(), 'nonsense\n[1,2,3]\n["sent","one",2,"b');
    const after = open();
    expect(after.lastOf('one')).toBe(1);
    after.note('one', 2, 'b', true);
    after.close();
    expect(open().messageIds).toEqual(['a', 'b']);
  });

  test('[N3] its file stays small, and what matters stays in it', () => {
    const handedOver = open();
    handedOver.note('first', 7, 'long ago', true);
    for (let number = 1; number <= 30_000; number++) {
      handedOver.note('one', number, `message ${number}`, true);
      handedOver.answered(`message ${number}`);
    }
    expect(statSync(path()).size).toBeLessThan(3_000_000);
    handedOver.close();
    const after = open();
    expect(after.lastOf('one')).toBe(30_000);
    expect(after.lastOf('first')).toBe(7);
    expect(after.messageIds).toHaveLength(1000);
    expect(after.messageIds.at(-1)).toBe('message 30000');
    expect(after.unanswered).toEqual(['long ago']);
    expect(readFileSync(path(), 'utf8').split('\n').length).toBeLessThan(3000);
  });
});
