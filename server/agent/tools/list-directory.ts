import { z } from 'zod';
import { asData } from '../../../ai-agent/notebook-prompt/data-label.ts';
import type { Tool } from '../../../ai-agent/tool.ts';
import type { Authorize } from '../../auth/authorize.ts';
import type { AgentFiles, ListedFile } from '../agent-files.ts';
import type { AgentPlace } from '../agent-place.ts';
import { assertMay } from '../assert-may.ts';

const page = 200;
const schema = z.strictObject({
  path: z
    .string()
    .default('')
    .describe('Relative to the folder that the server serves; empty for that itself.'),
  skip: z.int().min(0).default(0).describe('How many entries to leave out, for the next page.'),
});
type Arguments = z.infer<typeof schema>;

export function listDirectory(
  files: AgentFiles,
  { person }: AgentPlace,
  authorize: Authorize,
): Tool<Arguments> {
  return {
    name: 'list_directory',
    description: `Lists files and folders, ${page} at a time.`,
    effect: 'reads',
    schema,
    timeLimit: 15_000,
    isRepeatable: true,
    async use({ path, skip }) {
      assertMay(authorize, person, 'read');
      const all = [...(await files.list(path, person.username))].sort((one, other) =>
        one.name < other.name ? -1 : 1,
      );
      const lines = all.slice(skip, skip + page).map(lineOf);
      const missing = all.length - skip - lines.length;
      if (missing > 0) lines.push(`[${missing} more: call again with skip ${skip + page}]`);
      const text = lines.length === 0 ? 'There is nothing.' : lines.join('\n');
      return { content: [{ type: 'text', text }], isError: false, details: null };
    },
  };
}

function lineOf({ name, type, size }: ListedFile): string {
  return asData(type === 'directory' ? `${name}/` : `${name} (${size ?? '?'} bytes)`);
}
