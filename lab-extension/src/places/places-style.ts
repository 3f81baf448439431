export const PLACES_STYLE = `
.itl-Places-button { min-height: 26px; height: auto; line-height: 1.3; white-space: normal; text-align: left; cursor: pointer; }
.itl-Places-plain { border: var(--jp-border-width) solid var(--jp-border-color1); border-radius: 4px; background: var(--jp-layout-color1); color: var(--jp-ui-font-color1); font: inherit; padding: 2px 8px; }
.itl-Places-plain:hover { background: var(--jp-layout-color2); }
.itl-Places-button[aria-disabled='true'] { opacity: .6; cursor: default; }
.itl-Places-row { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 6px; }
.itl-Places-form, .itl-Places-settings { display: flex; flex-direction: column; gap: 10px; min-width: 0; }
.itl-Places-form h3 { margin: 0; font-size: var(--jp-ui-font-size2); }
.itl-Places-form p { margin: 0; }
.itl-Places-field { display: flex; flex-direction: column; gap: 2px; min-width: 0; }
.itl-Places-label { font-weight: 600; }
.itl-Places-help { font-size: var(--jp-ui-font-size0); color: var(--jp-ui-font-color1); margin: 0; overflow-wrap: anywhere; }
.itl-Places-help:empty, .itl-Places-problem:empty { display: none; }
.itl-Places-field :is(input:not([type='checkbox']), select, textarea) { font: inherit; width: 100%; max-width: 36em; min-height: 28px; box-sizing: border-box; padding: 3px 6px; color: var(--jp-ui-font-color1); background: var(--jp-input-background); border: var(--jp-border-width) solid var(--jp-border-color1); border-radius: 4px; }
.itl-Places-field textarea { font-family: var(--jp-code-font-family); resize: vertical; }
.itl-Places-field [aria-invalid='true'] { border-color: var(--jp-error-color1); box-shadow: inset 3px 0 var(--jp-error-color1); }
.itl-Places-problem, .itl-RuntimePlace-problem { margin: 2px 0; padding: 4px 8px; box-shadow: inset 3px 0 var(--jp-error-color1); background: var(--jp-layout-color2); overflow-wrap: anywhere; }
.itl-Places-help code, .itl-Places-problem code, .itl-Places-remedy code, .itl-RuntimePlace-problem code { font-family: var(--jp-code-font-family); background: var(--jp-layout-color3); padding: 0 3px; }
.itl-Places-good { margin: 2px 0; padding: 4px 8px; box-shadow: inset 3px 0 var(--jp-success-color1); background: var(--jp-layout-color2); }
.itl-Places-remedy { margin: 4px 0; }
.itl-Places-more > :not(summary) { margin-top: 10px; }
.itl-Places-check[hidden] { display: none; }
.itl-Places-steps { list-style: none; margin: 6px 0; padding: 0; }
.itl-Places-step { padding-left: 20px; position: relative; }
.itl-Places-step::before { position: absolute; left: 2px; content: '…'; }
.itl-Places-step[data-state='done']::before { content: '✓' / 'done: '; }
.itl-Places-step[data-state='failed']::before { content: '✗' / 'failed: '; }
.itl-Places-step[data-state='failed'] { font-weight: 600; }
.itl-Places-hostKey { display: flex; flex-direction: column; gap: 8px; padding: 8px; border: var(--jp-border-width) solid var(--jp-warn-color1); border-radius: 4px; }
.itl-Places-hostKey p { margin: 0; }
.itl-Places-fingerprint, .itl-Places-command { font-family: var(--jp-code-font-family); font-size: var(--jp-code-font-size); overflow-wrap: anywhere; white-space: pre-wrap; user-select: all; }
.itl-Places-command { margin: 0; padding: 8px; background: var(--jp-layout-color2); border: var(--jp-border-width) solid var(--jp-border-color2); border-radius: 4px; }
.itl-Places-picker label { display: flex; flex-direction: column; gap: 8px; }
.itl-Places-note { max-width: 34em; font-size: var(--jp-ui-font-size1); }
.itl-Places-note p { margin: 8px 0 0; white-space: normal; }
.itl-Places-resources { width: min(34em, 80vw); white-space: normal; }
:is(.itl-Runtimes, .itl-Places-form, .itl-Places-picker) :is(button, select, input, textarea, summary, pre, a, h3):focus-visible { outline: 2px solid var(--jp-brand-color1); outline-offset: 1px; }
@media (pointer: coarse) {
  .itl-Places-button { min-height: 40px; }
  /* Browsers of phones zoom into smaller text. */
  .itl-Places-field :is(input:not([type='checkbox']), select, textarea) { font-size: 16px; min-height: 40px; }
}
`;
