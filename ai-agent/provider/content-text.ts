import type { ContentPart, ImagePart, ToolMessage } from '../message.ts';

/** The parts as one text, with descriptions in the place of images. */
export function describedText(parts: readonly ContentPart[]): string {
  return parts.map((part) => (part.type === 'text' ? part.text : `[Image: ${part.description}]`)).join('\n');
}

/** The images of a tool's result as something that the user shows, each under a line that says whose it is. */
export function imagesOf({ content, toolName, callId }: ToolMessage): ContentPart[] {
  const images = content.filter((part): part is ImagePart => part.type === 'image');
  if (images.length === 0) return [];
  return [{ type: 'text', text: `Images that ${toolName} (call ${callId}) gave:` }, ...images];
}

/** A tool's result as a text, which says how many images follow it where the model takes some. */
export function toolText({ content }: ToolMessage, takesImages: boolean): string {
  const shown = takesImages ? content.filter((part) => part.type === 'text') : content;
  const images = content.length - shown.length;
  const note = images === 0 ? [] : [{ type: 'text' as const, text: `(${images} image(s) follow.)` }];
  return describedText([...shown, ...note]);
}
