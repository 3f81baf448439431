import { frameElement } from './frame-document.ts';
import type { HtmlDisplay } from './html-display.ts';
import { HTML_DISPLAY_MIME } from './html-display.ts';

const LEAST_HEIGHT = 24;
const MOST_HEIGHT = 600;

/** Where nobody says which colours a page has. */
const SYSTEM_COLORS = 'color-scheme:light dark;';

/**
 * A cell's display as output data: for our renderer, and as an isolated frame for pages, viewers and converters that have no
 * renderer of ours.
 * @param program of `displayProgram`
 */
export function displayBundle(display: HtmlDisplay, text: string, program: string): Record<string, unknown> {
  const height = Math.min(MOST_HEIGHT, Math.max(LEAST_HEIGHT, display.height));
  const title = `Output of cell ${display.cell.run}`;
  return {
    [HTML_DISPLAY_MIME]: display,
    'text/html': frameElement(`${program}(${JSON.stringify(display)})`, {
      title,
      colors: SYSTEM_COLORS,
      height,
    }),
    'text/plain': text,
  };
}
