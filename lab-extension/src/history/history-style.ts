export const HISTORY_STYLE = `
.jp-InTheLoop-history {
  container-type: inline-size; display: flex; flex-direction: column; overflow: hidden;
  background: var(--jp-layout-color1); color: var(--jp-ui-font-color1);
  font-family: var(--jp-ui-font-family); font-size: var(--jp-ui-font-size1); min-width: 240px;
}
.jp-InTheLoop-history [hidden] { display: none !important; }
.jp-InTheLoop-historyHead {
  display: flex; flex-wrap: wrap; gap: 4px 8px; align-items: center; padding: 6px 8px;
  border-bottom: var(--jp-border-width) solid var(--jp-border-color2);
}
.jp-InTheLoop-historyHead h2 { font-size: var(--jp-ui-font-size2); margin: 0; flex: 1 1 auto; overflow-wrap: anywhere; }
.jp-InTheLoop-historyStatus { flex-basis: 100%; color: var(--jp-ui-font-color1); }
.jp-InTheLoop-historyStatus:empty { display: none; }
.jp-InTheLoop-historyBody { flex: 1 1 auto; min-height: 0; display: grid; grid-template-columns: minmax(180px, 15em) 1fr; }
.jp-InTheLoop-historyList { overflow: auto; border-right: var(--jp-border-width) solid var(--jp-border-color2); padding: 4px; }
.jp-InTheLoop-historyList select { width: 100%; margin-bottom: 4px; }
.jp-InTheLoop-historyList ol { list-style: none; margin: 0; padding: 0; }
.jp-InTheLoop-historyEntry {
  display: flex; flex-direction: column; align-items: flex-start; gap: 1px; width: 100%; min-height: 44px; padding: 4px 6px;
  text-align: left; border: 0; border-left: 3px solid transparent; background: none; color: inherit; font: inherit; cursor: pointer;
}
.jp-InTheLoop-historyEntry:hover { background: var(--jp-layout-color2); }
.jp-InTheLoop-historyEntry[aria-pressed='true'] { background: var(--jp-layout-color2); border-left-color: var(--jp-brand-color1); }
.jp-InTheLoop-history button:focus-visible, .jp-InTheLoop-history .cm-content:focus-visible { outline: 2px solid var(--jp-brand-color1); outline-offset: -2px; }
.jp-InTheLoop-historyTime { font-weight: 600; }
.jp-InTheLoop-historyChanges, .jp-InTheLoop-historyNote { color: var(--jp-ui-font-color1); }
.jp-InTheLoop-historyNote { margin: 4px 0; }
.jp-InTheLoop-historyMain { overflow: hidden; display: flex; flex-direction: column; min-width: 0; }
.jp-InTheLoop-historyTools { display: flex; flex-wrap: wrap; gap: 4px; padding: 6px 8px; }
.jp-InTheLoop-historyTools button[aria-pressed='true'] { outline: 2px solid var(--jp-brand-color1); outline-offset: -2px; }
.jp-InTheLoop-historyButton { min-height: 28px; height: auto; white-space: normal; }
.jp-InTheLoop-historyDetails { overflow: auto; flex: 1 1 auto; min-height: 0; padding: 0 8px 16px; overflow-wrap: anywhere; }
.jp-InTheLoop-historyCell { border: var(--jp-border-width) solid var(--jp-border-color2); border-left-width: 4px; margin: 0 0 8px; background: var(--jp-layout-color0); }
.jp-InTheLoop-historyCell[data-change='added'] { border-left-color: var(--jp-success-color1); }
.jp-InTheLoop-historyCell[data-change='removed'] { border-left-color: var(--jp-error-color1); }
.jp-InTheLoop-historyCell[data-change='changed'] { border-left-color: var(--jp-warn-color1); }
.jp-InTheLoop-historyCellHead { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: center; gap: 4px; padding: 2px 6px; background: var(--jp-layout-color2); }
.jp-InTheLoop-historyCell[data-change='added'] .cm-content { background: color-mix(in srgb, var(--jp-success-color1) 14%, transparent); }
.jp-InTheLoop-historyCell[data-change='removed'] .cm-content { background: color-mix(in srgb, var(--jp-error-color1) 14%, transparent); }
.jp-InTheLoop-historyOutputs { overflow: auto; max-height: 24em; padding: 4px; }
.jp-InTheLoop-historyEditor { font-size: var(--jp-code-font-size); }
.jp-InTheLoop-historyEditor .cm-content { font-family: var(--jp-code-font-family); }
.jp-InTheLoop-historyEditor .cm-deletedChunk { background: color-mix(in srgb, var(--jp-error-color1) 14%, transparent); }
.jp-InTheLoop-historyEditor .cm-changedLine { background: color-mix(in srgb, var(--jp-success-color1) 14%, transparent); }
.jp-InTheLoop-historyEditor .cm-deletedChunk .cm-deletedText { background: color-mix(in srgb, var(--jp-error-color1) 32%, transparent); }
.jp-InTheLoop-historyEditor .cm-changedText { background: color-mix(in srgb, var(--jp-success-color1) 32%, transparent); }
.jp-InTheLoop-historyEditor .cm-deletedChunk { text-decoration: none; }
@media (forced-colors: active) {
  /* Backgrounds go there, and borders that were transparent come out. */
  .jp-InTheLoop-historyEntry { border-left-color: Canvas; }
  .jp-InTheLoop-historyEntry[aria-pressed='true'] { border-left-color: Highlight; }
  .jp-InTheLoop-historyEditor .cm-changedText { text-decoration: underline; text-decoration-thickness: 2px; }
  .jp-InTheLoop-historyEditor .cm-deletedChunk .cm-deletedText { text-decoration: line-through; }
}
@container (max-width: 560px) {
  .jp-InTheLoop-historyBody { grid-template-columns: 1fr; grid-template-rows: fit-content(35%) 1fr; }
  .jp-InTheLoop-historyList { border-right: 0; border-bottom: var(--jp-border-width) solid var(--jp-border-color2); }
}
`;
