import { z } from 'zod';
import { asData, labelled } from '../../../ai-agent/notebook-prompt/data-label.ts';
import { ToolError } from '../../../ai-agent/tool.ts';
import type { Tool, ToolResult } from '../../../ai-agent/tool.ts';
import type { Authorize } from '../../auth/authorize.ts';
import type { AgentFiles, ReadFile } from '../agent-files.ts';
import type { AgentPlace } from '../agent-place.ts';
import { assertMay } from '../assert-may.ts';

/** In bytes. */
const mostText = 16_000;
const mostImage = 3_000_000;
const images = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp']);

const schema = z.strictObject({
  path: z.string().describe('Relative to the folder that the server serves, as list_directory tells it.'),
  start: z
    .int()
    .default(0)
    .describe('The byte to begin at; a negative number counts from the end: -4000 is the last 4,000 bytes.'),
  length: z.int().min(1).max(mostText).default(mostText).describe('How many bytes.'),
});
type Arguments = z.infer<typeof schema>;

export function readFile(files: AgentFiles, { person }: AgentPlace, authorize: Authorize): Tool<Arguments> {
  return {
    name: 'read_file',
    description:
      'Reads a text file (or a part of it) or looks at an image. For large data, look at the first lines and load it with code in a cell.',
    effect: 'reads',
    schema,
    timeLimit: 15_000,
    isRepeatable: true,
    async use({ path, start, length }) {
      assertMay(authorize, person, 'read');
      const read = await files.read(path, start, length);
      const { mimeType, size } = read;
      if (mimeType !== null && images.has(mimeType)) {
        if (size > mostImage) throw new ToolError(`The image is too large to be looked at: ${size} bytes.`);
        const { bytes } = await files.read(path, 0, mostImage);
        return result([
          { type: 'image', mediaType: mimeType, data: bytes.toString('base64'), description: path },
        ]);
      }
      return result([{ type: 'text', text: textOf(path, read) }]);
    },
  };
}

function textOf(path: string, { bytes, start, size }: ReadFile): string {
  const text = decoded(bytes);
  if (text === null) throw new ToolError(`${path} is no text. It has ${size} bytes.`);
  const attributes = { path, bytes: `${start}-${start + bytes.length}`, of: size };
  return labelled('file-content', attributes, asData(text));
}

/** Null for what is no UTF-8. A character that is cut at either end is left out. */
function decoded(bytes: Buffer): string | null {
  let from = 0;
  while (from < 4 && from < bytes.length && ((bytes[from] ?? 0) & 0xc0) === 0x80) from += 1;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(from), { stream: true });
    return text.includes('\0') ? null : text;
  } catch {
    return null;
  }
}

function result(content: ToolResult['content']): ToolResult {
  return { content, isError: false, details: null };
}
