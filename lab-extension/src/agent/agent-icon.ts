import { LabIcon } from '@jupyterlab/ui-components';

/** A question and its answer, in the theme's colours. */
export const agentIcon = new LabIcon({
  name: 'in-the-loop:assistant',
  svgstr:
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" width="16">' +
    '<path class="jp-icon3" fill="#616161" d="M4 3h13a2 2 0 0 1 2 2v3h-2V5H4v8h2v2.6L8.6 13H9v2.8L4 20.5V15a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2z"/>' +
    '<path class="jp-icon3" fill="#616161" d="M16 9l1.3 3.7L21 14l-3.7 1.3L16 19l-1.3-3.7L11 14l3.700-1.300z"/>' +
    '</svg>',
});
