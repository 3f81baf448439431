import type { Locator } from 'playwright-core';

/** The contrast between a text and what is behind it, from 1 to 21 (WCAG 2.2, definition of contrast ratio). */
export function contrast(text: Locator): Promise<number> {
  return text.evaluate((element) => {
    const channels = (color: string): number[] => (color.match(/[\d.]+/g) ?? []).map(Number);
    const luminance = (color: string): number => {
      const [red = 0, green = 0, blue = 0] = channels(color).map((value) => {
        const part = value / 255;
        return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    let behind: Element | null = element;
    const background = (of: Element): string => getComputedStyle(of).backgroundColor;
    while (behind !== null && channels(background(behind))[3] === 0) behind = behind.parentElement;
    const [lighter = 0, darker = 0] = [
      luminance(getComputedStyle(element).color),
      luminance(behind === null ? 'rgb(255, 255, 255)' : background(behind)),
    ].sort((a, b) => b - a);
    return (lighter + 0.05) / (darker + 0.05);
  });
}
