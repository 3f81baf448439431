import { z } from 'zod';
import type { Tool } from '../../../ai-agent/tool.ts';
import type { RunningPlace } from '../running-place.ts';
import { kernelOf } from '../running-place.ts';

const schema = z.strictObject({});

export function restartKernel(place: RunningPlace): Tool<z.infer<typeof schema>> {
  return {
    name: 'restart_kernel',
    description:
      'Restarts the kernel of the notebook. All variables and imports are lost, and what runs is ended. Cells keep their outputs.',
    effect: 'destroys',
    schema,
    timeLimit: 60_000,
    isRepeatable: false,
    async preview() {
      place.may('execute');
      const { displayName } = await kernelOf(place);
      const text = `Restart the kernel ${displayName}: all its variables are lost, and what runs is ended.`;
      return { kind: 'text', text };
    },
    async use() {
      place.may('execute');
      const { id } = await kernelOf(place);
      await place.kernels.restart(id, place.place.agent);
      const text = 'The kernel was restarted. It has no variables now: run what you need again.';
      return { content: [{ type: 'text', text }], isError: false, details: null };
    },
  };
}
