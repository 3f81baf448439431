export const FILE_NOTES_STYLE = `
.jp-InTheLoop-conflict {
  margin: 2px 0 2px var(--jp-cell-prompt-width); padding: 2px 8px; border-left: 4px solid var(--jp-warn-color1);
  background: var(--jp-layout-color2); color: var(--jp-ui-font-color1);
  font-family: var(--jp-ui-font-family); font-size: var(--jp-ui-font-size1);
}
@media (max-width: 600px) { .jp-InTheLoop-conflict { margin: 16px 0 2px 4px; } }
`;
