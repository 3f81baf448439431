export const AGENT_STYLE = `
.itl-Agent { display: flex; flex-direction: column; height: 100%; min-height: 0; overflow: hidden; position: relative; background: var(--jp-layout-color1); color: var(--jp-ui-font-color1); font-family: var(--jp-ui-font-family); font-size: var(--jp-ui-font-size1); }
.itl-Agent [hidden] { display: none !important; }
.itl-Agent h2, .itl-Agent-settings h3, .itl-Agent-threads h3, .itl-Agent-help h3 { font-size: var(--jp-ui-font-size2); margin: 0; }
.itl-Agent-head { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 8px; padding: 8px 10px; border-bottom: var(--jp-border-width) solid var(--jp-border-color2); }
.itl-Agent-title { flex: 1 1 8em; min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.itl-Agent-row { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 6px; }
.itl-Agent-button { min-height: 28px; height: auto; line-height: 1.3; white-space: normal; text-align: left; cursor: pointer; }
.itl-Agent-plain { border: var(--jp-border-width) solid var(--jp-border-color1); border-radius: 4px; background: var(--jp-layout-color1); color: var(--jp-ui-font-color1); font: inherit; padding: 2px 8px; }
.itl-Agent-plain:hover { background: var(--jp-layout-color2); }
.itl-Agent-plain[aria-pressed='true'] { background: var(--jp-layout-color3); }
.itl-Agent-button:disabled { opacity: .6; cursor: default; }
:is(.itl-Agent, .itl-AgentChange) :is(button, select, input, textarea, summary, pre, a):focus-visible { outline: 2px solid var(--jp-brand-color1); outline-offset: 1px; }
.itl-Agent-conversation, .itl-Agent-threads, .itl-Agent-settings { flex: 1 1 auto; min-height: 0; overflow: auto; padding: 10px; overflow-wrap: anywhere; }
.itl-Agent-conversation:focus-visible { outline: none; }
.itl-Agent-turnTools { font-size: var(--jp-ui-font-size0); }
.itl-Agent-turns { display: flex; flex-direction: column; gap: 20px; }
.itl-Agent-turn { display: flex; flex-direction: column; gap: 8px; }
.itl-Agent-asked { align-self: flex-end; max-width: 92%; padding: 6px 10px; border-radius: 10px 10px 2px 10px; background: var(--jp-layout-color2); }
.itl-Agent-askedHead { display: flex; gap: 8px; align-items: baseline; font-size: var(--jp-ui-font-size0); }
.itl-Agent-words { margin: 2px 0; white-space: pre-wrap; }
.itl-Agent-markdown { padding: 0; font-size: var(--jp-ui-font-size1); line-height: 1.5; background: none; }
.itl-Agent-markdown > div > :first-child { margin-top: 0; }
.itl-Agent-markdown > div > :last-child { margin-bottom: 0; }
.itl-Agent-markdown h1 { font-size: 1.4em; } .itl-Agent-markdown h2 { font-size: 1.25em; } .itl-Agent-markdown h3 { font-size: 1.1em; }
.itl-Agent-markdown table { display: block; overflow-x: auto; max-width: 100%; margin-left: 0; }
.itl-Agent-markdown img, .itl-Agent-image { max-width: 100%; height: auto; border-radius: 4px; }
.itl-Agent-markdown mjx-container { max-width: 100%; overflow-x: auto; overflow-y: hidden; }
.itl-Agent-code { margin: 8px 0; border: var(--jp-border-width) solid var(--jp-border-color2); border-radius: 4px; overflow: hidden; }
.itl-Agent-codeBar { display: flex; flex-wrap: wrap; gap: 4px; justify-content: flex-end; padding: 3px 4px; background: var(--jp-layout-color2); font-size: var(--jp-ui-font-size0); }
.itl-Agent .itl-Agent-code pre { margin: 0; padding: 8px; overflow: auto; max-height: 30em; background: var(--jp-cell-editor-background); font-size: var(--jp-code-font-size); line-height: var(--jp-code-line-height); }
.itl-Agent .itl-Agent-markdown pre code { background: none; padding: 0; }
.itl-Agent-markdown > div > pre { padding: 8px; overflow: auto; background: var(--jp-cell-editor-background); font-size: var(--jp-code-font-size); }
.itl-Agent-steps, .itl-Agent-step { display: flex; flex-direction: column; gap: 8px; }
.itl-Agent-summary, .itl-Agent-callDetails > summary { cursor: pointer; min-height: 24px; line-height: 24px; }
.itl-Agent-reasoning, .itl-Agent-sent { color: var(--jp-ui-font-color1); font-size: var(--jp-ui-font-size0); }
.itl-Agent-thoughts { white-space: pre-wrap; padding: 4px 0 4px 12px; border-left: 2px solid var(--jp-border-color2); }
.itl-Agent-call { border: var(--jp-border-width) solid var(--jp-border-color2); border-radius: 4px; padding: 2px 8px; }
.itl-Agent-call[data-status='asking'] { border-color: var(--jp-brand-color1); box-shadow: inset 3px 0 var(--jp-brand-color1); padding-bottom: 8px; }
.itl-Agent-call[data-status='failed'] { box-shadow: inset 3px 0 var(--jp-error-color1); }
.itl-Agent-callName { margin-right: 8px; }
.itl-Agent-callStatus, .itl-Agent-detail, .itl-Agent-hint, .itl-Agent-usage { font-size: var(--jp-ui-font-size0); color: var(--jp-ui-font-color1); }
.itl-Agent-callStatus::before { content: '· '; }
.itl-Agent-progress:not(:empty) { font-family: var(--jp-code-font-family); font-size: var(--jp-ui-font-size0); white-space: pre-wrap; padding-bottom: 4px; }
.itl-Agent-callBody > p { margin: 4px 0; }
.itl-Agent-label { font-weight: 600; font-size: var(--jp-ui-font-size0); margin-top: 4px; }
.itl-Agent-block, .itl-Agent-previewText { margin: 2px 0 6px; padding: 6px; max-height: 20em; overflow: auto; white-space: pre-wrap; overflow-wrap: anywhere; background: var(--jp-layout-color0); border: var(--jp-border-width) solid var(--jp-border-color3); font-family: var(--jp-code-font-family); font-size: var(--jp-code-font-size); }
.itl-Agent-preview { margin: 4px 0; }
.itl-Agent-change { margin: 4px 0; }
.itl-Agent-change .cm-editor { max-height: 24em; }
.itl-Agent-change .cm-scroller { overflow: auto; }
.itl-Agent-approval { display: flex; flex-direction: column; gap: 6px; }
.itl-Agent-question { margin: 4px 0; white-space: pre-wrap; font-weight: 600; }
.itl-Agent-remark { flex: 1 1 auto; min-width: 0; width: 100%; box-sizing: border-box; font: inherit; color: var(--jp-ui-font-color1); background: var(--jp-input-background); border: var(--jp-border-width) solid var(--jp-border-color1); border-radius: 4px; padding: 4px 8px; }
:is(.itl-Agent, .itl-AgentChange) select { font: inherit; height: 28px; max-width: 100%; color: var(--jp-ui-font-color1); background: var(--jp-input-background); border: var(--jp-border-width) solid var(--jp-border-color1); border-radius: 4px; }
.itl-Agent-all:not(:empty) { padding: 6px 8px; border: var(--jp-border-width) solid var(--jp-brand-color1); border-radius: 4px; }
.itl-Agent-status { font-size: var(--jp-ui-font-size0); }
.itl-Agent-status[data-outcome='failed'] { color: var(--jp-error-color0, var(--jp-error-color1)); font-size: var(--jp-ui-font-size1); }
.itl-Agent-status[data-outcome='open']::before { content: ''; display: inline-block; width: 8px; height: 8px; margin-right: 6px; border-radius: 50%; background: var(--jp-brand-color1); animation: itl-Agent-pulse 1.2s ease-in-out infinite alternate; }
@keyframes itl-Agent-pulse { to { opacity: .2; } }
.itl-Agent-note { margin: 4px 0; }
.itl-Agent-say { padding: 0 10px; }
.itl-Agent-say:not(:empty) { padding: 6px 10px; background: var(--jp-layout-color2); }
.itl-Agent-usage { padding: 4px 10px 0; }
.itl-Agent-composer { position: relative; display: flex; flex-direction: column; gap: 6px; padding: 8px 10px; border-top: var(--jp-border-width) solid var(--jp-border-color2); }
.itl-Agent-text { width: 100%; box-sizing: border-box; resize: none; min-height: 3.4em; max-height: 14em; font: inherit; line-height: 1.4; color: var(--jp-ui-font-color1); background: var(--jp-input-background); border: var(--jp-border-width) solid var(--jp-border-color1); border-radius: 4px; padding: 6px 8px; }
.itl-Agent-text::placeholder, .itl-Agent-remark::placeholder { color: var(--jp-ui-font-color1); opacity: .75; }
.itl-Agent-composerRow { flex-wrap: nowrap; justify-content: space-between; }
.itl-Agent-model { flex: 0 1 auto; min-width: 0; }
.itl-Agent-chip { align-self: flex-start; display: flex; align-items: center; gap: 4px; padding: 0 0 0 8px; border-radius: 12px; background: var(--jp-layout-color2); font-size: var(--jp-ui-font-size0); }
.itl-Agent-chip .itl-Agent-plain, .itl-Agent-attachedImage .itl-Agent-plain { border: 0; background: none; min-width: 28px; text-align: center; }
.itl-Agent-attachedImage { display: inline-flex; align-items: center; }
.itl-Agent-attachedImage img { max-height: 48px; max-width: 96px; border-radius: 4px; }
.itl-Agent-mentions { position: absolute; left: 10px; right: 10px; bottom: calc(100% - 8px); max-height: 14em; overflow: auto; margin: 0; padding: 4px; list-style: none; background: var(--jp-layout-color1); border: var(--jp-border-width) solid var(--jp-border-color1); border-radius: 4px; box-shadow: var(--jp-elevation-z4); z-index: 2; }
.itl-Agent-mention { display: flex; gap: 8px; padding: 4px 6px; border-radius: 3px; cursor: pointer; white-space: nowrap; overflow: hidden; }
.itl-Agent-mention span { overflow: hidden; text-overflow: ellipsis; }
.itl-Agent-mention[aria-selected='true'] { background: var(--jp-layout-color3); }
.itl-Agent-new, .itl-Agent-help { display: flex; flex-direction: column; gap: 10px; }
.itl-Agent-new p, .itl-Agent-help p { margin: 0; }
.itl-Agent-help ol, .itl-Agent-help ul { margin: 0; padding-left: 20px; }
.itl-Agent-help code, .itl-Agent-problem code { font-family: var(--jp-code-font-family); background: var(--jp-layout-color2); padding: 0 3px; }
.itl-Agent-help a { color: var(--jp-content-link-color); text-decoration: underline; }
.itl-Agent-ideas { display: flex; flex-direction: column; align-items: flex-start; gap: 6px; }
.itl-Agent-threads, .itl-Agent-settings { display: flex; flex-direction: column; gap: 8px; }
.itl-Agent-threadList { list-style: none; margin: 0; padding: 0; display: flex; flex-direction: column; gap: 6px; }
.itl-Agent-threadRow { padding: 4px 6px; border-left: 3px solid transparent; }
.itl-Agent-threadRow[data-current='true'] { border-left-color: var(--jp-brand-color1); }
.itl-Agent-threadRow form, .itl-Agent-threadRow .itl-Agent-row { margin-top: 2px; }
.itl-Agent-threadOpen { display: flex; flex-direction: column; width: 100%; border: 0; background: none; padding: 4px; }
.itl-Agent-settings section { display: flex; flex-direction: column; gap: 8px; padding-bottom: 12px; }
.itl-Agent-settings h4 { margin: 4px 0; }
.itl-Agent-policyRow { display: flex; flex-wrap: wrap; align-items: center; gap: 2px 8px; }
.itl-Agent-policyRow > span:first-child { flex: 1 1 11em; }
.itl-Agent-policyRow .itl-Agent-detail { flex-basis: 100%; }
.itl-Agent-modelRow { display: flex; flex-wrap: wrap; align-items: center; gap: 2px 8px; }
.itl-Agent-problem { margin: 2px 0; padding: 4px 8px; box-shadow: inset 3px 0 var(--jp-warn-color1); background: var(--jp-layout-color2); }
ul.itl-Agent-problem { padding-left: 24px; }
.itl-AgentChange { margin: 4px 0 8px calc(var(--jp-cell-prompt-width) + 2 * var(--jp-cell-padding)); padding: 6px 8px; border: var(--jp-border-width) solid var(--jp-brand-color1); border-left-width: 4px; border-radius: 4px; background: var(--jp-layout-color1); color: var(--jp-ui-font-color1); font-family: var(--jp-ui-font-family); font-size: var(--jp-ui-font-size1); max-width: 60em; }
.jp-Cell[data-itl-agent-changed]::after { content: 'Changed by the assistant'; display: block; margin-left: calc(var(--jp-cell-prompt-width) + 2 * var(--jp-cell-padding)); font-family: var(--jp-ui-font-family); font-size: var(--jp-ui-font-size0); color: var(--jp-ui-font-color1); }
.jp-Cell[data-itl-agent-changed] .jp-InputArea-editor { box-shadow: inset 3px 0 var(--jp-brand-color1); }
@media (max-width: 600px) { .itl-AgentChange, .jp-Cell[data-itl-agent-changed]::after { margin-left: var(--jp-cell-padding); } }
@media print { .itl-AgentChange { display: none; } .jp-Cell[data-itl-agent-changed]::after { display: none; } }
.itl-Agent-aloud { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media (prefers-reduced-motion: reduce) { .itl-Agent-status[data-outcome='open']::before { animation: none; } }
@media (forced-colors: active) {
  .itl-Agent-call[data-status='asking'] { border: 2px solid Highlight; }
  .itl-Agent-threadRow { border-left-color: Canvas; }
  .itl-Agent-threadRow[data-current='true'] { border-left-color: Highlight; }
  .itl-Agent-mention[aria-selected='true'] { background: Highlight; color: HighlightText; forced-color-adjust: none; }
  .itl-Agent-plain[aria-pressed='true'] { outline: 2px solid Highlight; }
  .itl-Agent-status[data-outcome='open']::before { background: Highlight; forced-color-adjust: none; }
}
@media (pointer: coarse) {
  .itl-Agent-button, :is(.itl-Agent, .itl-AgentChange) select { min-height: 40px; }
  /* Browsers of phones zoom into smaller text. */
  .itl-Agent-text, .itl-Agent-remark { font-size: 16px; }
}
`;
