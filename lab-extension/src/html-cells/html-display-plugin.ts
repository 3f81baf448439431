import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { HTML_DISPLAY_MIME } from '../../../kernel-bridge/hosted/html/html-display.ts';
import { addStyleSheet } from '../style-sheet.ts';
import { HTML_DISPLAY_STYLE } from './html-display-style.ts';
import { HtmlDisplayView } from './html-display-view.ts';

/** Before any renderer of JupyterLab's, and of the same output's `text/html`. */
const RANK = 0;

export const htmlDisplayPlugin: JupyterFrontEndPlugin<void> = {
  id: '@in-the-loop/lab-extension:html-display',
  description: 'Shows what cells of an HTML kernel show, each in a frame that reaches nothing.',
  autoStart: true,
  requires: [IRenderMimeRegistry],
  activate(_: JupyterFrontEnd, registry: IRenderMimeRegistry) {
    addStyleSheet('html-display', HTML_DISPLAY_STYLE);
    registry.addFactory(
      {
        // Of notebooks that nobody trusts, too: its scripts run in a frame without an origin or a network.
        safe: true,
        mimeTypes: [HTML_DISPLAY_MIME],
        createRenderer: () => new HtmlDisplayView(),
      },
      RANK,
    );
  },
};
