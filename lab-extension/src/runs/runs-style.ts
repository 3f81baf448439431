export const RUNS_STYLE = `
.jp-InTheLoop-runLine {
  margin-left: calc(var(--jp-cell-prompt-width) + var(--jp-cell-collapser-width));
  padding: 2px 8px 0;
  color: var(--jp-ui-font-color1);
  font-family: var(--jp-ui-font-family);
  font-size: var(--jp-ui-font-size0);
  font-variant-numeric: tabular-nums;
  overflow-wrap: anywhere;
}
.jp-InTheLoop-runText:empty { display: none; }
.jp-InTheLoop-prompt {
  display: flex; flex-wrap: wrap; gap: 4px 8px; align-items: center;
  padding: 4px 0; margin: 0;
  font-size: var(--jp-code-font-size);
}
.jp-InTheLoop-prompt label { display: flex; flex-wrap: wrap; gap: 4px; align-items: baseline; flex: 1 1 16em; padding: 0; white-space: pre-wrap; }
.jp-InTheLoop-prompt input { flex: 1 1 8em; min-width: 6em; width: auto; max-width: 100%; box-sizing: border-box; }
.jp-InTheLoop-prompt button { min-height: 28px; }
.jp-InTheLoop-prompt [role='alert'] { flex-basis: 100%; color: var(--jp-error-color1); }
.jp-InTheLoop-prompt [role='alert']:empty { display: none; }
@media (max-width: 760px) { .jp-InTheLoop-runLine { margin-left: 0; } }
`;
