/** Colours come from `--itl-person`, which each element carries. */
export const CURSORS_STYLE = `
.itl-RemoteCarets { pointer-events: none; }
.itl-RemoteCaret {
  border-left: 2px solid var(--itl-person);
  margin-left: -1px;
  box-sizing: border-box;
}
.itl-RemoteCaret::before {
  content: '';
  position: absolute;
  top: -2px;
  left: -4px;
  width: 6px;
  height: 4px;
  border-radius: 1px;
  background: var(--itl-person);
}
.itl-RemoteCaret.itl-mod-secondary { opacity: 0.6; }
.itl-RemoteSelection { background-color: color-mix(in srgb, var(--itl-person) 26%, transparent); }
.cm-tooltip:has(> .itl-RemoteName), .cm-tooltip.itl-RemoteName {
  background: none;
  border: none;
  pointer-events: none;
}
.cm-tooltip.itl-RemoteName, .itl-RemoteName {
  padding: 1px 6px;
  border-radius: 4px 4px 4px 0;
  background: var(--itl-person);
  color: white;
  font: 500 11px/16px var(--jp-ui-font-family);
  max-width: 16em;
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
  animation: itl-RemoteName-appears 120ms ease-out;
}
@keyframes itl-RemoteName-appears { from { opacity: 0; } }
@media (prefers-reduced-motion: reduce) { .itl-RemoteName { animation: none; } }
@media (forced-colors: active) {
  .itl-RemoteCaret, .itl-RemoteCaret::before, .itl-RemoteSelection, .itl-RemoteName { forced-color-adjust: none; }
}
`;
