import { z } from 'zod';
import type { Tool } from '../../../ai-agent/tool.ts';
import { ToolError } from '../../../ai-agent/tool.ts';
import { idleKernelOf, soon } from '../running-place.ts';
import type { RunningPlace } from '../running-place.ts';

const schema = z.strictObject({
  code: z.string().min(1).max(10_000).describe('Code up to where it is to be completed: `df.gro`.'),
});
type Arguments = z.infer<typeof schema>;

const replySchema = z.object({ status: z.literal('ok'), matches: z.array(z.string()) });
const MOST = 100;

export function complete(place: RunningPlace): Tool<Arguments> {
  return {
    name: 'complete',
    description:
      'How the kernel would go on with code: the attributes of an object, the names that there are, keys of a dictionary. Not while a cell runs.',
    effect: 'reads',
    schema,
    timeLimit: 30_000,
    isRepeatable: true,
    async use({ code }, { signal }) {
      place.may('execute');
      const { id } = await idleKernelOf(place);
      const request = { type: 'complete_request', content: { code, cursor_pos: [...code].length } };
      const options = { actor: place.place.agent, signal: soon(signal) };
      const { reply } = await place.kernels.ask(id, request, options);
      const parsed = replySchema.safeParse(reply);
      if (!parsed.success) throw new ToolError('The kernel cannot complete that.');
      const { matches } = parsed.data;
      const rest = matches.length > MOST ? `\n… and ${matches.length - MOST} more` : '';
      const text = matches.length === 0 ? 'Nothing fits.' : matches.slice(0, MOST).join('\n') + rest;
      return { content: [{ type: 'text', text }], isError: false, details: null };
    },
  };
}
