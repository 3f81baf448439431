export const SHARE_STYLE = `
.itl-Share-copies { list-style: none; margin: 0; padding: 0; }
.itl-Share-copy {
  display: flex; flex-wrap: wrap; align-items: center; gap: 4px 12px; padding: 6px 0;
  border-bottom: 1px solid var(--jp-border-color2); overflow-wrap: anywhere;
}
.itl-Share-copy > :first-child { flex: 1 1 14em; }
.itl-Share-tools { display: flex; flex-wrap: wrap; gap: 4px; }
.itl-Share-tools button {
  min-height: 28px; padding: 2px 8px; border: 1px solid var(--jp-border-color1); border-radius: 4px; cursor: pointer;
  background: var(--jp-layout-color1); color: var(--jp-ui-font-color1); font: inherit;
}
.itl-Share-tools button:hover { background: var(--jp-layout-color2); }
.itl-Share-tools button:focus-visible { outline: 2px solid var(--jp-brand-color1); outline-offset: 1px; }
@media (pointer: coarse) { .itl-Share-tools button { min-height: 44px; } }
`;
