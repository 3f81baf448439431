export const SHARE_STYLE = `
.itl-Share-copies { list-style: none; margin: 0; padding: 0; }
.itl-Share-copy {
  display: flex; flex-wrap: wrap; align-items: center; gap: 4px 12px; padding: 6px 0;
  border-bottom: 1px solid var(--jp-border-color2); overflow-wrap: anywhere;
}
.itl-Share-copy > :first-child { flex: 1 1 14em; }
.itl-Share-tools { display: flex; flex-wrap: wrap; gap: 4px; }
@media (pointer: coarse) { .itl-Share-tools button { min-height: 44px; } }
`;
