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
  let leftOut = 0;
  const content: ContentPart[] = [];
  for (const part of result.content) {
    const isImage = part.type === 'image' && images > 0;
    const written = part.type === 'image' ? `[Image left out: ${part.description}]` : part.text;
    if (isImage) {
      images -= 1;
      content.push(part);
    } else if (characters <= 0) leftOut += 1;
    else {
      const text = shortenText(written, characters);
      characters -= text.length;
      content.push(part.type === 'text' && text === part.text ? part : { type: 'text', text });
    }
  }
  if (leftOut > 0) content.push({ type: 'text', text: `[… ${leftOut} further parts left out …]` });
  return { ...result, content };
}
