import { expect, test } from 'vitest';
import type { HostedMessage } from '../../../../kernel-bridge/hosted/hosted-message.ts';
import type {
  KernelProcess,
  KernelProcessListener,
  StartKernel,
} from '../../../../kernel-bridge/hosted/link/kernel-process.ts';
import type { HostedKernelState } from '../browser-runtime.ts';
import { pageMessage } from './page-message.ts';
import { PrivateKernel } from './private-kernel.ts';

/** One process, which answers what it is. */
class Process implements KernelProcess {
  readonly canInterrupt = true;
  readonly canPause = false;
  readonly posted: HostedMessage[] = [];
  constructor(readonly listener: KernelProcessListener) {}

  post({ message }: { readonly message: HostedMessage }): void {
    this.posted.push(message);
    if (!message.header.includes('kernel_info_request')) return;
    this.listener.says({
      type: 'message',
      message: pageMessage('shell', 'kernel_info_reply', {}, message.header),
    });
  }

  interrupt(): void {
    throw new TypeError('nobody asked for it');
  }

  pause(): void {
    throw new TypeError('it cannot');
  }

  resume(): void {
    throw new TypeError('it cannot');
  }

  end(): void {
    this.posted.length = 0;
  }
}

function begun() {
  const processes: Process[] = [];
  const start: StartKernel = (_launch, listener) => {
    const process = new Process(listener);
    processes.push(process);
    return process;
  };
  const ready = (): void => processes.at(-1)?.listener.says({ type: 'ready' });
  const states: HostedKernelState['kind'][] = [];
  const messages: HostedMessage[] = [];
  const kernel = new PrivateKernel('k', 'python', start, {
    message: (message) => void messages.push(message),
    stateChanged: ({ kind }) => void states.push(kind),
  });
  return { kernel, processes, ready, states, messages };
}

test('a private kernel that dies is started again, and whoever waits for it hears of it', () => {
  const { kernel, processes, ready, states, messages } = begun();
  const request = pageMessage('shell', 'execute_request', { code: '1' }, '{}');
  kernel.send(request);
  ready();
  expect(processes.at(-1)?.posted.at(-1)).toBe(request);
  processes.at(-1)?.listener.ended({ why: 'memory ran out', isOutOfMemory: true });
  expect(messages.at(-1)?.content).toContain('autorestarting');
  ready();
  expect(processes).toHaveLength(2);
  expect(states).toEqual(['loading', 'idle', 'loading', 'idle']);
});

test('a private kernel that is over takes nothing, and can be started anew', async () => {
  const { kernel, ready, states } = begun();
  kernel.end('it was ended');
  expect(() => kernel.send(pageMessage('shell', 'execute_request', {}, '{}'))).toThrow('is dead');
  await kernel.restart();
  ready();
  expect(states).toEqual(['loading', 'ended', 'loading', 'idle']);
});
