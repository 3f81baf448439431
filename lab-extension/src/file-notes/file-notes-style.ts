export const FILE_NOTES_STYLE = `
.jp-InTheLoop-notice {
  box-sizing: border-box; overflow: hidden; background: var(--jp-layout-color2); color: var(--jp-ui-font-color1);
  font-family: var(--jp-ui-font-family); font-size: var(--jp-ui-font-size1);
}
.jp-InTheLoop-noticeContent {
  display: flex; flex-wrap: wrap; align-items: center; gap: 4px 12px; box-sizing: border-box; padding: 6px 12px;
  border-left: 4px solid var(--jp-warn-color1); border-bottom: 1px solid var(--jp-border-color2); overflow-wrap: anywhere;
}
.jp-InTheLoop-noticeContent > :first-child { flex: 1 1 16em; line-height: 1.4; }
.jp-InTheLoop-noticeActions { display: flex; flex-wrap: wrap; gap: 4px; }
.jp-InTheLoop-noticeActions button.jp-mod-styled.jp-mod-minimal {
  min-height: 28px; height: auto; color: var(--jp-ui-font-color1); border: 1px solid var(--jp-border-color1);
}
.jp-InTheLoop-noticeActions button:focus-visible { outline: 2px solid var(--jp-brand-color1); outline-offset: 1px; }
.jp-InTheLoop-conflict {
  margin: 2px 0 2px var(--jp-cell-prompt-width); padding: 2px 8px; border-left: 4px solid var(--jp-warn-color1);
  background: var(--jp-layout-color2); color: var(--jp-ui-font-color1);
  font-family: var(--jp-ui-font-family); font-size: var(--jp-ui-font-size1);
}
@media (max-width: 600px) { .jp-InTheLoop-conflict { margin: 16px 0 2px 4px; } }
@media (pointer: coarse) { .jp-InTheLoop-noticeActions button.jp-mod-styled.jp-mod-minimal { min-height: 44px; } }
`;
