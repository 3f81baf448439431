import { describe, expect, test } from 'vitest';
import { cellRun } from '../../test/doubles/cell-runs.ts';
import { sightOfRun, type OpenSocket, type ReadRuns } from './sight-of-run.ts';

const socket = (properties: Partial<OpenSocket> = {}): OpenSocket => ({
  kernelId: 'kernel',
  session: 'session',
  actor: 'ada',
  confirmed: 5,
  since: 0,
  ...properties,
});
const left = (received: number) => ({ actor: 'ada', received, since: 0, isAlone: true });
const nobody = { read: null, left: null };
const read = (revision: number): ReadRuns => new Map([['run-a', revision]]);

describe('what of a run a page has seen', () => {
  test('the page that asked for it: what its websocket has received', () => {
    expect(sightOfRun(cellRun(), [socket()], () => null, nobody)).toBe('seen');
    expect(sightOfRun(cellRun(), [socket({ confirmed: 4 })], () => read(5), nobody)).toBe('known');
    const returned = socket({ since: 1001 });
    expect(sightOfRun(cellRun({ queuedAt: 1000 }), [returned], () => null, nobody)).toBe('known');
  });

  test('another page: what was in the notebook when it read it, whatever its websocket has received', () => {
    const other = socket({ session: 'other', confirmed: 9 });
    expect(sightOfRun(cellRun(), [other], () => read(5), nobody)).toBe('seen');
    expect(sightOfRun(cellRun(), [other], () => read(4), nobody)).toBe('known');
    expect(sightOfRun(cellRun(), [other], () => new Map(), nobody)).toBe('unseen');
    expect(sightOfRun(cellRun(), [other], () => null, nobody)).toBe('unseen');
  });

  test('the same session name on another kernel is another page', () => {
    expect(sightOfRun(cellRun(), [socket({ kernelId: 'other' })], () => null, nobody)).toBe('unseen');
  });

  test('of several pages the one that has least counts', () => {
    const two = [socket(), socket({ session: 'other' })];
    expect(sightOfRun(cellRun(), two, () => null, nobody)).toBe('unseen');
    expect(sightOfRun(cellRun(), two, () => read(3), nobody)).toBe('known');
    expect(sightOfRun(cellRun(), two, () => read(5), nobody)).toBe('seen');
  });

  test('without a websocket: what was read last, or had come to the page that asked before it left', () => {
    expect(sightOfRun(cellRun(), [], () => null, nobody)).toBe('unseen');
    expect(sightOfRun(cellRun(), [], () => null, { read: read(5), left: null })).toBe('seen');
    expect(sightOfRun(cellRun(), [], () => null, { read: read(4), left: null })).toBe('known');
    expect(sightOfRun(cellRun(), [], () => null, { read: null, left: left(5) })).toBe('seen');
    expect(sightOfRun(cellRun(), [], () => null, { read: null, left: left(4) })).toBe('known');
  });

  test('the page that asked for it and has another kernel now: what it had received of the first', () => {
    const changed = socket({ kernelId: 'other', session: 'another' });
    const sight = (of: ReturnType<typeof left>, sockets = [changed]) =>
      sightOfRun(cellRun(), sockets, () => null, { read: null, left: of });
    expect(sight(left(5))).toBe('seen');
    expect(sight(left(4))).toBe('unseen');
    expect(sight({ ...left(5), isAlone: false })).toBe('unseen');
    expect(sight({ ...left(5), actor: 'bob' })).toBe('unseen');
    expect(sight(left(5), [socket({ session: 'another' })])).toBe('unseen');
    expect(sight(left(5), [changed, socket({ kernelId: 'other' })])).toBe('unseen');
  });
});
