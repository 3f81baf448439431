import { z } from 'zod';
import type { Tool } from '../../../ai-agent/tool.ts';
import type { RunningPlace } from '../running-place.ts';
import { kernelOf } from '../running-place.ts';

const schema = z.strictObject({});

export function interruptKernel(place: RunningPlace): Tool<z.infer<typeof schema>> {
  return {
    name: 'interrupt_kernel',
    description:
      'Interrupts what the kernel is running, whoever asked for it. Variables stay. What waits behind it may still run.',
    effect: 'runs',
    schema,
    timeLimit: 30_000,
    isRepeatable: false,
    async preview() {
      place.may('execute');
      const { displayName, state } = await kernelOf(place);
      return { kind: 'text', text: `Interrupt the kernel ${displayName}, which is ${state}.` };
    },
    async use() {
      place.may('execute');
      const { id } = await kernelOf(place);
      await place.kernels.interrupt(id, place.place.agent);
      const text = 'The kernel was told to stop what it runs. list_runs shows what became of it.';
      return { content: [{ type: 'text', text }], isError: false, details: null };
    },
  };
}
