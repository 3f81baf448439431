import type { BrowserContext, Page } from 'playwright-core';

/** Races within the front-ends, seen on jupyter_server too, but not in every run, and what is meant to be. */
const NO_FAULTS: ReadonlySet<string> = new Set([
  // Notebook's terminal page, when its settings arrive before its terminal.
  "console: TypeError: Cannot read properties of undefined (reading 'options')",
  // JupyterLab, when a merge of cells is taken back.
  'uncaught: CodeMirrorEditor already set.',
  // Two pages on one kernel: what it answers one of them of its widgets reaches the other, too.
  'console: Comm not found for comm id <id>',
  // A document that is closed while it is being saved, or its kernel started.
  'uncaught: Disposed',
  // Chromium's words for what is meant: in the frame of HTML that a cell shows, no address leads anywhere.
  "console: Setting the document's base URI to 'https://cell.invalid/' violates the following Content Security Policy directive: \"base-uri 'none'\". The action has been blocked.",
]);

/**
 * What a browser complains about: errors on the console, uncaught exceptions, answers of 400 and above. Ports, ids and
 * hashes are taken out, so that the complaints about two servers can be compared.
 */
export class Complaints {
  readonly #seen = new Set<string>();

  listenTo(context: BrowserContext): void {
    context.on('page', (page) => this.#listen(page));
    for (const page of context.pages()) this.#listen(page);
  }

  all(): string[] {
    return [...this.#seen].filter((complaint) => !NO_FAULTS.has(complaint)).sort();
  }

  #listen(page: Page): void {
    page.on('console', (message) => {
      // The address of a resource that failed to load is told by its response below.
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
        this.#add(`console: ${message.text()}`);
    });
    page.on('pageerror', (error) => this.#add(`uncaught: ${error.message}`));
    page.on('response', (response) => {
      if (response.status() < 400) return;
      const { pathname } = new URL(response.url());
      this.#add(`${response.status()} ${response.request().method()} ${pathname}`);
    });
  }

  #add(complaint: string): void {
    this.#seen.add(
      complaint
        .split('\n')[0]!
        .replace(/(127\.0\.0\.1|localhost):\d+/g, 'server')
        .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<id>')
        .replace(/\b[0-9a-f]{20}\b/g, '<hash>')
        .replace(/\d{10,}/g, '<number>')
        .slice(0, 300),
    );
  }
}
