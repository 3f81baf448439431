/** Of what stands in notebooks: there before the assistant itself is loaded. */
export const OFFER_STYLE = `
.itl-AgentOffer { display: flex; flex-wrap: wrap; gap: 6px; padding: 4px 0 4px calc(var(--jp-cell-prompt-width) + 2 * var(--jp-cell-padding)); }
.itl-AgentOffer button { min-height: 26px; padding: 2px 10px; border: var(--jp-border-width) solid var(--jp-border-color1); border-radius: 4px; background: var(--jp-layout-color1); color: var(--jp-ui-font-color1); font-family: var(--jp-ui-font-family); font-size: var(--jp-ui-font-size1); cursor: pointer; }
.itl-AgentOffer button:hover { background: var(--jp-layout-color2); }
.itl-AgentOffer button:focus-visible { outline: 2px solid var(--jp-brand-color1); outline-offset: 1px; }
@media (max-width: 600px) { .itl-AgentOffer { padding-left: var(--jp-cell-padding); } }
@media (pointer: coarse) { .itl-AgentOffer button { min-height: 40px; } }
@media print { .itl-AgentOffer { display: none; } }
`;
