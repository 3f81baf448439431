export const RUNTIMES_STYLE = `
.itl-Runtimes { display: flex; flex-direction: column; height: 100%; min-height: 0; overflow: hidden; background: var(--jp-layout-color1); color: var(--jp-ui-font-color1); font-family: var(--jp-ui-font-family); font-size: var(--jp-ui-font-size1); }
.itl-Runtimes [hidden] { display: none !important; }
.itl-Runtimes-head { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 8px; padding: 8px 10px; border-bottom: var(--jp-border-width) solid var(--jp-border-color2); }
.itl-Runtimes-title { flex: 1 1 6em; margin: 0; font-size: var(--jp-ui-font-size2); }
.itl-Runtimes-note:not(:empty) { padding: 6px 10px; background: var(--jp-layout-color2); overflow-wrap: anywhere; }
.itl-Runtimes-body { flex: 1 1 auto; min-height: 0; overflow: auto; padding: 10px; }
.itl-Runtimes-places { display: flex; flex-direction: column; gap: 16px; }
.itl-RuntimePlace { display: flex; flex-direction: column; gap: 6px; padding-bottom: 14px; border-bottom: var(--jp-border-width) solid var(--jp-border-color2); min-width: 0; }
.itl-RuntimePlace:last-child { border-bottom: 0; }
.itl-RuntimePlace-head, .itl-Runtime-head { display: flex; flex-wrap: wrap; align-items: baseline; gap: 2px 8px; }
.itl-RuntimePlace-title { margin: 0; font-size: var(--jp-ui-font-size2); overflow-wrap: anywhere; }
.itl-RuntimePlace-kind { font-size: var(--jp-ui-font-size0); }
.itl-RuntimePlace-state, .itl-Runtime-state { font-size: var(--jp-ui-font-size0); padding: 0 6px; border: var(--jp-border-width) solid var(--jp-border-color1); border-radius: 8px; }
.itl-RuntimePlace-state::before, .itl-Runtime-state::before { content: ''; display: inline-block; width: 8px; height: 8px; margin-right: 5px; border-radius: 50%; background: var(--jp-border-color1); }
.itl-RuntimePlace-state[data-state='ready']::before, .itl-Runtime-state[data-state='idle']::before { background: var(--jp-success-color1); }
.itl-RuntimePlace-state[data-state='failed']::before, .itl-Runtime-state:is([data-state='dead'], [data-state='unreachable'])::before { background: var(--jp-error-color1); border-radius: 0; }
.itl-Runtime-state:is([data-state='busy'], [data-state='starting'], [data-state='restarting'])::before { background: var(--jp-brand-color1); }
.itl-RuntimePlace-state:is([data-state='checking'], [data-state='away'])::before, .itl-Runtime-state[data-state='waiting']::before { background: none; box-shadow: inset 0 0 0 2px var(--jp-warn-color1); }
.itl-RuntimePlace-problem:not([data-state='failed']) { box-shadow: inset 3px 0 var(--jp-warn-color1); }
.itl-Runtime-list { list-style: none; margin: 0; padding: 0; display: flex; flex-direction: column; gap: 8px; }
.itl-Runtime { display: flex; flex-direction: column; gap: 4px; padding: 6px 8px; border: var(--jp-border-width) solid var(--jp-border-color2); border-radius: 4px; min-width: 0; }
.itl-Runtime-name { font-weight: 600; overflow-wrap: anywhere; }
.itl-Runtime-text { margin: 0; overflow-wrap: anywhere; }
.itl-Runtime-notebook { align-self: flex-start; max-width: 100%; border: 0; background: none; padding: 0; color: var(--jp-content-link-color); text-decoration: underline; font: inherit; cursor: pointer; overflow-wrap: anywhere; text-align: left; }
.itl-Runtime-facts { display: flex; flex-wrap: wrap; gap: 0 12px; margin: 0; font-size: var(--jp-ui-font-size0); }
.itl-Runtime-facts > div { display: flex; gap: 4px; }
.itl-Runtime-facts dt { color: var(--jp-ui-font-color1); }
.itl-Runtime-facts dt::after { content: ':'; }
.itl-Runtime-facts dd { margin: 0; font-variant-numeric: tabular-nums; }
.itl-Runtimes .itl-Places-plain { font-size: var(--jp-ui-font-size0); }
.itl-Runtime-logText { margin: 4px 0; padding: 6px; max-height: 20em; overflow: auto; white-space: pre-wrap; overflow-wrap: anywhere; background: var(--jp-layout-color0); border: var(--jp-border-width) solid var(--jp-border-color3); font-family: var(--jp-code-font-family); font-size: var(--jp-code-font-size); }
.itl-RuntimePlace-kernelspecs { list-style: none; margin: 4px 0; padding: 0; display: flex; flex-direction: column; gap: 6px; }
.itl-RuntimePlace-kernelspecs li { display: flex; flex-wrap: wrap; align-items: baseline; gap: 2px 8px; }
.itl-RuntimePlace-kernelspecs li > span { flex: 1 1 8em; overflow-wrap: anywhere; }
@media (forced-colors: active) {
  .itl-RuntimePlace-state::before, .itl-Runtime-state::before { forced-color-adjust: none; }
}
`;
