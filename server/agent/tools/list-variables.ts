import { z } from 'zod';
import type { Tool } from '../../../ai-agent/tool.ts';
import { ToolError } from '../../../ai-agent/tool.ts';
import { pythonVariables } from '../python-variables.ts';
import { idleKernelOf, soon } from '../running-place.ts';
import type { RunningPlace } from '../running-place.ts';

const schema = z.strictObject({});

export function listVariables(place: RunningPlace): Tool<z.infer<typeof schema>> {
  return {
    name: 'list_variables',
    description:
      'The variables in the kernel: names, types, and shapes, lengths and column types where they have any. Not while a cell runs.',
    effect: 'reads',
    schema,
    timeLimit: 30_000,
    isRepeatable: true,
    async use(_nothing, { signal }) {
      place.may('execute');
      const kernel = await idleKernelOf(place);
      if (kernel.language !== 'python')
        throw new ToolError(
          `This works for Python only, and the kernel speaks ${kernel.language}. Use inspect.`,
        );
      const variables = await pythonVariables(place.kernels, kernel.id, place.place.agent, soon(signal));
      const lines = variables.map(
        ({ name, type, summary }) => `${name}: ${type}${summary && `, ${summary}`}`,
      );
      const text = lines.length === 0 ? 'There are no variables.' : lines.join('\n');
      return { content: [{ type: 'text', text }], isError: false, details: null };
    },
  };
}
