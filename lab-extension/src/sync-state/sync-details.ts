import { Widget } from '@lumino/widgets';
import type { AvailableDocument } from '../offline/storage/indexed-document-storage.ts';
import { addStyleSheet } from '../style-sheet.ts';
import { changes, type SyncView } from './sync-view.ts';

const STYLE = `
.jp-InTheLoop-syncDetails { max-width: 34em; overflow-wrap: anywhere; }
.jp-InTheLoop-syncDetails h3 { margin: 12px 0 4px; font-size: var(--jp-ui-font-size1); }
.jp-InTheLoop-syncDetails p { margin: 0 0 8px; }
.jp-InTheLoop-syncDetails ul { list-style: none; margin: 0; padding: 0; max-height: 30vh; overflow: auto; }
.jp-InTheLoop-syncDetails li button {
  display: block; width: 100%; min-height: 32px; padding: 4px 6px; border: 0; background: none; color: var(--jp-content-link-color);
  font: inherit; text-align: left; cursor: pointer; overflow-wrap: anywhere;
}
.jp-InTheLoop-syncDetails li button:hover { background: var(--jp-layout-color2); }
.jp-InTheLoop-syncDetails small { color: var(--jp-ui-font-color1); }
`;

export interface ForkToReview {
  readonly path: string;
  readonly note: string;
  readonly review: () => void;
}

export interface SyncDetailsContent {
  readonly view: SyncView;
  readonly forks: readonly ForkToReview[];
  /** What opens without the server. */
  readonly available: readonly AvailableDocument[];
  readonly open: (path: string) => void;
  /** Null where there is a connection. */
  readonly retry: (() => void) | null;
  readonly version: string;
}

/** What the status item tells when it is asked: where everything is, and what there is to do. */
export function syncDetails(content: SyncDetailsContent): Widget {
  addStyleSheet('sync-details', STYLE);
  const body = new Widget();
  body.addClass('jp-InTheLoop-syncDetails');
  for (const sentence of content.view.sentences) body.node.append(element('p', sentence));
  if (content.retry !== null) {
    const retry = element('button', 'Try now');
    retry.className = 'jp-Button jp-mod-styled';
    retry.type = 'button';
    retry.addEventListener('click', content.retry);
    body.node.append(retry);
  }
  if (content.forks.length > 0) {
    body.node.append(
      element('h3', 'To review'),
      element(
        'p',
        'These changes could not be merged by themselves. They are kept until you apply or discard them.',
      ),
      list(
        content.forks.map(({ path, note, review }) => ({
          text: path,
          note,
          choose: review,
        })),
      ),
    );
  }
  if (content.available.length > 0)
    body.node.append(
      element('h3', 'Open without the server'),
      list(
        content.available.map(({ path, usedAt, unsentChanges }) => ({
          text: path,
          note:
            unsentChanges > 0 ? `${changes(unsentChanges)} not sent` : `open on ${usedAt.toLocaleString()}`,
          choose: () => content.open(path),
        })),
      ),
    );
  body.node.append(element('small', `Served by In the Loop ${content.version}.`));
  return body;
}

function list(
  items: readonly { readonly text: string; readonly note: string; readonly choose: () => void }[],
): HTMLElement {
  const made = element('ul', '');
  for (const { text, note, choose } of items) {
    const button = element('button', `${text} `);
    button.type = 'button';
    button.append(element('small', `(${note})`));
    button.addEventListener('click', choose);
    const item = element('li', '');
    item.append(button);
    made.append(item);
  }
  return made;
}

function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  text: string,
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}
