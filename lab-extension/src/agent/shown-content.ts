import { element } from './element.ts';
import type { ShownPart } from './turn-model.ts';

/** Text and pictures in their order. @param text makes what shows a text */
export function shownContent(
  parts: readonly ShownPart[],
  imageUrl: (place: { readonly sequence: number; readonly frame: number }) => string,
  text: (text: string) => HTMLElement,
): HTMLElement[] {
  return parts.map((part) => {
    if (part.type === 'text') return text(part.text);
    const image = element('img', 'itl-Agent-image');
    image.loading = 'lazy';
    image.alt = part.description || 'Picture';
    image.src = imageUrl(part);
    return image;
  });
}
