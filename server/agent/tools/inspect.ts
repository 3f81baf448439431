import { z } from 'zod';
import type { Tool } from '../../../ai-agent/tool.ts';
import { ToolError } from '../../../ai-agent/tool.ts';
import { terminalText } from '../../../ai-agent/notebook-prompt/terminal-text.ts';
import { shortenText } from '../../../ai-agent/shorten-text.ts';
import { idleKernelOf, soon } from '../running-place.ts';
import type { RunningPlace } from '../running-place.ts';

const schema = z.strictObject({
  name: z.string().min(1).max(1_000).describe('A name as the language writes it: `df.groupby`.'),
  with_source: z.boolean().default(false).describe('Also its source, where there is one.'),
});
type Arguments = z.infer<typeof schema>;

const replySchema = z.object({
  status: z.literal('ok'),
  found: z.boolean(),
  data: z.looseObject({ 'text/plain': z.string().optional() }).default({}),
});

export function inspect(place: RunningPlace): Tool<Arguments> {
  return {
    name: 'inspect',
    description:
      'What the kernel knows of a name: its type, signature and documentation, as of variables, functions and modules. Not while a cell runs.',
    effect: 'reads',
    schema,
    timeLimit: 30_000,
    isRepeatable: true,
    async use({ name, with_source: hasSource }, { signal }) {
      place.may('execute');
      const { id } = await idleKernelOf(place);
      const content = { code: name, cursor_pos: [...name].length, detail_level: hasSource ? 1 : 0 };
      const request = { type: 'inspect_request', content };
      const options = { actor: place.place.agent, signal: soon(signal) };
      const { reply } = await place.kernels.ask(id, request, options);
      const parsed = replySchema.safeParse(reply);
      if (!parsed.success) throw new ToolError('The kernel cannot look that up.');
      if (!parsed.data.found) throw new ToolError(`The kernel knows no ${JSON.stringify(name)}.`);
      const text = shortenText(terminalText(parsed.data.data['text/plain'] ?? ''), 12_000);
      return { content: [{ type: 'text', text }], isError: false, details: null };
    },
  };
}
