/** For narrow screens, and for fingers. Only what is ours to widen: JupyterLab's own look stays as it is on others. */
export const PHONE_STYLE = `
@media (max-width: 600px) {
  /* While a side area is still open the shell is wider than the screen, and what gets the focus would scroll it. */
  #main.lm-Widget { overflow: clip; }
  /* Bars that do not fit scroll in themselves, and the page never does. */
  #jp-MainMenu .lm-MenuBar-content, #jp-main-statusbar {
    overflow-x: auto;
    overflow-y: hidden;
    scrollbar-width: none;
  }
  #jp-top-panel #jp-MainMenu { min-width: 0; }
  .jp-Notebook { --jp-notebook-padding: 4px; --jp-cell-padding: 4px; }
  .jp-Notebook .jp-OutputArea-output { overflow-x: auto; -webkit-overflow-scrolling: touch; }
  .jp-Notebook .jp-RenderedImage img, .jp-Notebook .jp-RenderedSVG svg { max-width: 100%; height: auto; }
  .jp-Notebook .jp-MarkdownOutput { overflow-wrap: anywhere; }
  .jp-Notebook .jp-MarkdownOutput h1 { font-size: 1.6em; }
  .jp-Notebook mjx-container { max-width: 100%; overflow-x: auto; overflow-y: hidden; }
  .jp-Dialog-content { max-width: calc(100vw - 16px); box-sizing: border-box; }
}
@media (pointer: coarse) {
  .jp-NotebookPanel-toolbar .jp-ToolbarButtonComponent { min-width: 36px; }
  /* Notebook 7 gives its toolbar a height of its own. */
  .jp-LabShell .jp-NotebookPanel-toolbar { min-height: 44px; align-items: center; }
  .jp-LabShell .jp-NotebookPanel-toolbar .jp-ToolbarButtonComponent { height: 40px; }
  .jp-DirListing-item { min-height: 40px; align-items: center; }
}
`;
