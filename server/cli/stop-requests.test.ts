import { EventEmitter } from 'node:events';
import { expect, it, vi } from 'vitest';
import { StopRequests } from './stop-requests.ts';

function started() {
  const stopAtOnce = vi.fn();
  const signals = new EventEmitter() as NodeJS.Process;
  let now = 0;
  const stops = new StopRequests(stopAtOnce, () => now);
  stops.listenTo(signals);
  return { stops, stopAtOnce, signals, pass: (milliseconds: number) => (now += milliseconds) };
}

it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('stops in order at a %s', async (signal) => {
  const { stops, stopAtOnce, signals } = started();
  signals.emit(signal);
  expect(await stops.asked).toBe(signal);
  expect(stopAtOnce).not.toHaveBeenCalled();
});

it('takes the Ctrl-C that npm passes on for the same one', async () => {
  const { stops, signals, pass } = started();
  const insisted = vi.fn();
  void stops.insisted.then(insisted);
  signals.emit('SIGINT');
  pass(20);
  signals.emit('SIGINT');
  await stops.asked;
  expect(insisted).not.toHaveBeenCalled();
});

it('I4: ends kernels too at a second Ctrl-C, and stops at once at a third', async () => {
  const { stops, stopAtOnce, signals, pass } = started();
  signals.emit('SIGINT');
  pass(1_500);
  signals.emit('SIGINT');
  await stops.insisted;
  expect(stopAtOnce).not.toHaveBeenCalled();
  pass(1_500);
  signals.emit('SIGINT');
  expect(stopAtOnce).toHaveBeenCalledOnce();
});

it('remembers the first reason', async () => {
  const { stops, signals } = started();
  stops.request('shutdown request');
  signals.emit('SIGTERM');
  expect(await stops.asked).toBe('shutdown request');
});
