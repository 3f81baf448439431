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
