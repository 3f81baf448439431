import { LabIcon } from '@jupyterlab/ui-components';

/** Machines above each other, with a light each, in the theme's colours. */
export const runtimesIcon = new LabIcon({
  name: 'in-the-loop:runtimes',
  svgstr:
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" width="16">' +
    '<path class="jp-icon3" fill="#616161" fill-rule="evenodd" d="M4 3h16a1 1 0 0 1 1 1v6a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1zm1 2v4h14V5zm2 1h2v2H7zM4 13h16a1 1 0 0 1 1 1v6a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1v-6a1 1 0 0 1 1-1zm1 2v4h14v-4zm2 1h2v2H7z"/>' +
    '</svg>',
});
