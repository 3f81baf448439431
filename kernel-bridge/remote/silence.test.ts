import { beforeEach, expect, test } from 'vitest';
import { Silence } from './silence.ts';

let told: (string | undefined)[];
let silence: Silence;
beforeEach(() => {
  told = [];
  silence = new Silence(({ why, silentFrom }) => told.push(why ?? `since ${silentFrom}`));
});
const at = (minute: number): Date => new Date(Date.UTC(2026, 0, 1, 0, minute));

test('[X5] is told once, when the kernel is heard after its way is there again', () => {
  silence.cut(at(1), 'cut');
  silence.heard();
  expect(told).toEqual([]);
  silence.wayIsBack();
  silence.heard();
  silence.heard();
  silence.end();
  expect(told).toEqual(['cut']);
});

test('[X5] of a way that breaks again before anything was heard is one silence', () => {
  silence.cut(at(1), 'cut');
  silence.wayIsBack();
  silence.cut(at(2), 'cut again');
  silence.heard();
  silence.end();
  expect(told).toEqual(['cut']);
});

test('[X5] is explained by the host, before or after it was told, and not told twice', () => {
  silence.cut(at(1), 'cut');
  silence.explain(at(1), 'the machine was started anew');
  silence.end();
  silence.explain(at(1), 'the machine was started anew');
  expect(told).toEqual(['the machine was started anew']);
});

test('[X5] that only the host noticed is told at once', () => {
  silence.explain(at(1), 'the proxy dropped it');
  expect(told).toEqual(['the proxy dropped it']);
});

test('[X5] [D1] of sockets that closed because the process ended is none, any other is told', () => {
  silence.cut(at(1), 'cut');
  silence.processEnded();
  silence.end();
  expect(told).toEqual([]);
  silence.begin(at(2));
  silence.processEnded();
  expect(told).toEqual(['since 2026-01-01T00:02:00.000Z']);
  silence.cut(at(3), 'cut');
  silence.explain(at(3), 'the way broke');
  silence.processEnded();
  expect(told.at(-1)).toBe('the way broke');
});
