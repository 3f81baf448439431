import { pino } from 'pino';
import { afterEach, expect, test } from 'vitest';
import { IdleCuller } from './idle-culler.ts';
import type { KernelModel } from './kernel-model.ts';

const cullers: IdleCuller[] = [];
afterEach(() => {
  for (const culler of cullers.splice(0)) culler.close();
});

const NOW = Date.parse('2030-01-01T12:00:00Z');
const kernel = (id: string, more: Partial<KernelModel>): KernelModel => ({
  id,
  name: 'python3',
  last_activity: '2030-01-01T11:00:00.000000Z',
  execution_state: 'idle',
  connections: 0,
  ...more,
});
const kernels = [
  kernel('idle', {}),
  kernel('recent', { last_activity: '2030-01-01T11:59:00.000000Z' }),
  kernel('busy', { execution_state: 'busy' }),
  kernel('starting', { execution_state: 'starting' }),
  kernel('connected', { connections: 1 }),
  kernel('failing', {}),
  kernel('last', {}),
];

async function culled(connected: boolean): Promise<string[]> {
  const ids: string[] = [];
  const culler = new IdleCuller({
    kernels: {
      list: () => kernels,
      cull: (id) => {
        ids.push(id);
        return id === 'failing' ? Promise.reject(new Error('it is gone')) : Promise.resolve();
      },
    },
    after: 1800,
    connected,
    logger: pino({ enabled: false }),
  });
  cullers.push(culler);
  await culler.look(NOW);
  return ids;
}

test('kernels that had nothing to do for so long are ended, never busy ones, nor one that somebody looks at', async () => {
  expect(await culled(false)).toEqual(['idle', 'failing', 'last']);
});

test('those that somebody looks at too, where it is so configured', async () => {
  expect(await culled(true)).toEqual(['idle', 'connected', 'failing', 'last']);
});
