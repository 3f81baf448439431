import { describe, expect, test } from 'vitest';
import { cellRun } from '../../test/doubles/cell-runs.ts';
import { PageReads } from './page-reads.ts';
import type { OpenSocket } from './sight-of-run.ts';

const socket = (session: string, actor = 'ada'): OpenSocket => ({
  kernelId: 'kernel',
  session,
  actor,
  confirmed: 0,
  since: 0,
});
const at = (revision: number) => [cellRun({ revision })];

describe('what the page behind a kernel websocket had read', () => {
  const setUp = () => {
    const clock = { now: 0 };
    return { clock, reads: new PageReads(() => clock.now) };
  };

  test('is what its user read last before it was there', () => {
    const { clock, reads } = setUp();
    reads.note('n.ipynb', 'ada', at(1), []);
    clock.now = 60_000;
    reads.note('n.ipynb', 'ada', at(2), []);
    reads.note('n.ipynb', 'bob', at(3), []);
    expect(reads.readBy('n.ipynb', socket('s'))?.get('run-a')).toBe(2);
    expect(reads.readBy('other.ipynb', socket('s'))).toBeNull();
  });

  test('is not what was read when it was there already', () => {
    const { clock, reads } = setUp();
    reads.note('n.ipynb', 'ada', at(1), []);
    reads.meet('n.ipynb', [socket('first')]);
    clock.now = 60_000;
    reads.note('n.ipynb', 'ada', at(2), []);
    expect(reads.readBy('n.ipynb', socket('first'))?.get('run-a')).toBe(1);
    expect(reads.readBy('n.ipynb', socket('second'))?.get('run-a')).toBe(2);
  });

  test('is the least of what was read at once', () => {
    const { clock, reads } = setUp();
    reads.note('n.ipynb', 'ada', at(1), []);
    clock.now = 1000;
    reads.note('n.ipynb', 'ada', [...at(2), cellRun({ cellId: 'b' })], []);
    expect(reads.readBy('n.ipynb', socket('s'))).toEqual(new Map([['run-a', 1]]));
  });

  test('follows the notebook to another name', () => {
    const { reads } = setUp();
    reads.note('folder/n.ipynb', 'ada', at(1), []);
    reads.renamed('folder', 'elsewhere');
    expect(reads.lastBy('elsewhere/n.ipynb', 'ada')?.get('run-a')).toBe(1);
    expect(reads.lastBy('folder/n.ipynb', 'ada')).toBeNull();
  });
});
