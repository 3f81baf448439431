import { Widget } from '@lumino/widgets';

/** The dialog's body: what this server is and what it promises, in two sentences. */
export function aboutBody(version: string): Widget {
  const body = new Widget();
  // A dialog is as wide as its longest line otherwise.
  body.node.style.maxWidth = '32em';
  const name = document.createElement('p');
  name.textContent = `This page is served by In the Loop ${version}.`;
  const promise = document.createElement('p');
  promise.textContent =
    'Everything that a kernel prints is in the server’s event log before any browser shows it, and a tab that loses its connection gets what it missed.';
  body.node.append(name, promise);
  return body;
}
