export const HTML_DISPLAY_STYLE = `
.itl-HtmlDisplay { position: relative; overflow: hidden; }
.itl-HtmlDisplay iframe { display: block; width: 100%; height: 100%; border: 0; }
.itl-HtmlDisplay iframe:focus-visible { outline: 2px solid var(--jp-brand-color1); outline-offset: -2px; }
.itl-HtmlDisplay-note {
  padding: 4px 8px;
  color: var(--jp-ui-font-color2);
  font-family: var(--jp-ui-font-family);
  font-size: var(--jp-ui-font-size1);
}
`;
