import type { ContentPart } from './message.ts';
import { shortenText } from './shorten-text.ts';
import type { ToolResult } from './tool.ts';
import type { TurnLimits } from './turn-limits.ts';

/** The result in the size that a model is given: of long text the beginning and the end, of many images the first ones. */
export function limitResult(
  result: ToolResult,
  { resultCharacters, resultImages }: Pick<TurnLimits, 'resultCharacters' | 'resultImages'>,
): ToolResult {
  let characters = resultCharacters;
  let images = resultImages;
  const content = result.content.map((part): ContentPart => {
    if (part.type === 'image') {
      images -= 1;
      return images >= 0 ? part : { type: 'text', text: `[Image left out: ${part.description}]` };
    }
    const text = shortenText(part.text, Math.max(characters, 200));
    characters -= text.length;
    return text === part.text ? part : { type: 'text', text };
  });
  return { ...result, content };
}
