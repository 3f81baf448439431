/** Colours of people come from `--itl-person`, which each element carries; all others are the theme's. */
export const PRESENCE_STYLE = `
.itl-Avatar {
  display: inline-flex;
  flex: none;
  align-items: center;
  justify-content: center;
  box-sizing: border-box;
  width: 24px;
  height: 24px;
  border-radius: 50%;
  background: var(--itl-person);
  color: white;
  font: 600 10px/1 var(--jp-ui-font-family);
  letter-spacing: 0.02em;
  user-select: none;
}
.itl-Avatar.itl-mod-more { background: var(--jp-layout-color3); color: var(--jp-ui-font-color0); }

.itl-Avatars { display: flex; flex: none; align-items: center; padding: 0 4px; }
.itl-Avatars.lm-mod-hidden { display: none; }
.itl-Avatars-button {
  padding: 0;
  border: none;
  border-radius: 50%;
  background: none;
  cursor: pointer;
  line-height: 0;
}
.itl-Avatars-button + .itl-Avatars-button { margin-left: 1px; }
.itl-Avatars .itl-Avatar { width: 22px; height: 22px; }
.itl-Avatars-button:hover, .itl-Avatars-button:focus-visible { z-index: 1; transform: translateY(-1px); }

.itl-People { overflow-y: auto; color: var(--jp-ui-font-color1); background: var(--jp-layout-color1); font-size: var(--jp-ui-font-size1); min-width: 220px; }
.itl-People-heading { margin: 0; padding: 12px 12px 8px; font-size: var(--jp-ui-font-size1); font-weight: 600; }
.itl-People-alone { margin: 8px 12px; color: var(--jp-ui-font-color1); line-height: 1.5; }
.itl-People-list, .itl-Person-documents { list-style: none; margin: 0; padding: 0; }
.itl-Person { padding: 8px 12px; border-left: 3px solid transparent; }
.itl-Person + .itl-Person { border-top: 1px solid var(--jp-border-color3); }
.itl-Person.itl-mod-followed { border-left-color: var(--jp-brand-color1); background: var(--jp-layout-color2); }
.itl-Person-head { display: flex; align-items: center; gap: 8px; }
.itl-Person-name { flex: 1; min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; font-weight: 500; }
.itl-Person-action, .itl-Person-document {
  border: 1px solid transparent;
  border-radius: 3px;
  background: none;
  color: inherit;
  font: inherit;
  cursor: pointer;
}
.itl-Person-action { flex: none; min-height: 24px; padding: 2px 8px; border-color: var(--jp-border-color1); }
.itl-Person-action[aria-pressed='true'] { background: var(--jp-brand-color0, var(--jp-brand-color1)); border-color: transparent; color: white; }
.itl-Person-documents { margin-left: 32px; }
.itl-Person-document {
  display: block;
  max-width: 100%;
  min-height: 24px;
  margin-left: -5px;
  padding: 2px 4px;
  overflow: hidden;
  text-align: left;
  text-overflow: ellipsis;
  white-space: nowrap;
}
.itl-Person-document:not(.itl-mod-current) { color: var(--jp-ui-font-color1); opacity: 0.85; }
.itl-Person-document.itl-mod-current { font-weight: 500; }
.itl-Person-action:hover, .itl-Person-document:hover { background: var(--jp-layout-color2); }
.itl-Person-action[aria-pressed='true']:hover { background: var(--jp-brand-color0, var(--jp-brand-color1)); }
:is(.itl-Person-action, .itl-Person-document, .itl-Avatars-button, .itl-Follow-button, .itl-Profile-color):focus-visible {
  outline: 2px solid var(--jp-focus-outline-color, var(--jp-brand-color1));
  outline-offset: 1px;
}

.jp-DirListing-itemName:has(> .itl-FilePeople) { display: flex; align-items: center; }
.jp-DirListing-itemName:has(> .itl-FilePeople) > .jp-DirListing-itemText { flex: 1; min-width: 0; }
.itl-FilePeople { display: inline-flex; flex: none; align-items: center; padding: 0 6px; font-size: 10px; color: inherit; }
.itl-FilePeople .itl-Avatar { width: 17px; height: 17px; font-size: 8px; }
.itl-FilePeople .itl-Avatar + .itl-Avatar { margin-left: 1px; }

.itl-CellMark { position: absolute; inset: 0; pointer-events: none; z-index: 2; }
.itl-CellMark-bar { position: absolute; top: 2px; bottom: 2px; right: 0; width: 4px; border-radius: 2px; }
.itl-CellMark-names { position: absolute; top: -9px; right: 10px; display: flex; gap: 4px; max-width: 70%; }
.itl-CellMark-name {
  overflow: hidden;
  padding: 0 6px;
  border-radius: 8px;
  background: var(--itl-person);
  color: white;
  font: 500 10px/16px var(--jp-ui-font-family);
  text-overflow: ellipsis;
  white-space: nowrap;
}
.itl-CellMark-name.itl-mod-more { flex: none; background: var(--jp-layout-color3); color: var(--jp-ui-font-color0); }

.itl-Follow {
  position: fixed;
  inset: 0;
  z-index: 9000;
  border: 3px solid var(--itl-person);
  pointer-events: none;
}
.itl-Follow-button {
  position: absolute;
  top: -3px;
  left: 50%;
  transform: translateX(-50%);
  max-width: 80vw;
  min-height: 26px;
  padding: 2px 14px 4px;
  border: none;
  border-radius: 0 0 8px 8px;
  background: var(--itl-person);
  color: white;
  font: 500 12px/18px var(--jp-ui-font-family);
  cursor: pointer;
  pointer-events: auto;
}
.itl-Announcer { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

.itl-Profile { min-width: min(320px, 80vw); }
.itl-Profile-row { display: flex; align-items: end; gap: 12px; margin-bottom: 12px; }
.itl-Profile .itl-Avatar { width: 44px; height: 44px; font-size: 17px; }
.itl-Profile-label { flex: 1; display: flex; flex-direction: column; gap: 4px; }
.itl-Profile-colors { display: flex; flex-wrap: wrap; gap: 8px; margin: 0; padding: 0; border: none; }
.itl-Profile-colors legend { padding: 0; margin-bottom: 6px; }
.itl-Profile input.itl-Profile-color[type='radio'] {
  appearance: none;
  width: 26px;
  height: 26px;
  margin: 0;
  padding: 0;
  border: none;
  border-radius: 50%;
  background: var(--itl-person);
  cursor: pointer;
}
.itl-Profile input.itl-Profile-color[type='radio']:checked { box-shadow: 0 0 0 2px var(--jp-layout-color1), 0 0 0 4px var(--itl-person); }
.itl-Profile-note { margin: 12px 0 0; color: var(--jp-ui-font-color1); }

@media (max-width: 600px) { .itl-CellMark-names { top: -2px; } }
@media (prefers-reduced-motion: no-preference) { .itl-Avatars-button { transition: transform 100ms ease-out; } }
@media (forced-colors: active) {
  .itl-Avatar, .itl-CellMark-bar, .itl-CellMark-name, .itl-Profile-color { forced-color-adjust: none; }
  .itl-Person { border-left-color: Canvas; }
  .itl-Person.itl-mod-followed { border-left-color: Highlight; }
  .itl-Person-action[aria-pressed='true'] { border: 2px solid Highlight; }
}
@media (pointer: coarse) {
  .itl-Person-action, .itl-Person-document { min-height: 40px; }
  .itl-Profile input.itl-Profile-color[type='radio'] { width: 36px; height: 36px; }
}
`;
