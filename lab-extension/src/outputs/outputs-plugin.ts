import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { OUTPUT_REFERENCE_MIME } from '../../../server/wire/output-reference-mime.ts';
import { addStyleSheet } from '../style-sheet.ts';
import { OutputSource } from './output-source.ts';
import { OUTPUTS_STYLE } from './outputs-style.ts';
import { ReferredOutput } from './referred-output.ts';

export const outputsPlugin: JupyterFrontEndPlugin<void> = {
  id: '@in-the-loop/lab-extension:outputs',
  description: 'Shows large outputs of shared notebooks, which are loaded when they are scrolled to.',
  autoStart: true,
  requires: [IRenderMimeRegistry],
  activate({ serviceManager }: JupyterFrontEnd, registry: IRenderMimeRegistry) {
    addStyleSheet('outputs', OUTPUTS_STYLE);
    const source = new OutputSource(serviceManager.serverSettings);
    registry.addFactory(
      {
        // It shows nothing by itself: what the page may show of the real output is asked when that is there.
        safe: true,
        mimeTypes: [OUTPUT_REFERENCE_MIME],
        createRenderer({ resolver, sanitizer, linkHandler, latexTypesetter, markdownParser }) {
          const place = { sanitizer, linkHandler, latexTypesetter, markdownParser };
          const given = Object.entries({ ...place, ...(resolver === null ? {} : { resolver }) });
          return new ReferredOutput(
            source,
            registry.clone(Object.fromEntries(given.filter(([, value]) => value != null))),
          );
        },
      },
      0,
    );
  },
};
