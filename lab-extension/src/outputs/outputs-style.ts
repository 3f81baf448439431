/** A placeholder is as high as its output will be, and says what comes. */
export const OUTPUTS_STYLE = `
.itl-ReferredOutput { overflow: auto; }
.itl-ReferredOutput-note {
  padding: 4px 8px;
  color: var(--jp-ui-font-color2);
  font-family: var(--jp-ui-font-family);
  font-size: var(--jp-ui-font-size1);
}
`;
