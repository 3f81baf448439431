export const CELL_KERNELS_STYLE = `
.itl-CellKernel {
  display: flex; flex-wrap: wrap; gap: 2px 10px; align-items: center;
  margin-left: calc(var(--jp-cell-prompt-width) + var(--jp-cell-collapser-width));
  padding: 0 2px 2px;
  color: var(--jp-ui-font-color1);
  font-family: var(--jp-ui-font-family);
  font-size: var(--jp-ui-font-size0);
}
.itl-CellKernel[hidden] { display: none; }
.itl-CellKernel select {
  max-width: 22em; height: 20px; padding: 0 2px;
  color: var(--jp-ui-font-color1); background: var(--jp-layout-color1);
  border: 1px solid var(--jp-border-color1); border-radius: 3px;
  font: inherit; text-overflow: ellipsis;
}
.itl-CellKernel[data-elsewhere='true'] select { border-color: var(--jp-brand-color1); font-weight: 600; }
.itl-CellKernel select:focus-visible { outline: 2px solid var(--jp-brand-color1); outline-offset: 1px; }
.itl-CellKernel-ranOn:empty { display: none; }
.itl-KernelsChip { display: flex; align-items: center; }
.itl-KernelsChip button {
  border: 0; background: none; color: var(--jp-ui-font-color1); font: inherit; font-size: var(--jp-ui-font-size1);
  padding: 0 6px; height: 24px; border-radius: 3px; cursor: pointer; white-space: nowrap;
}
.itl-KernelsChip button:hover { background: var(--jp-layout-color2); }
.itl-KernelsChip button:focus-visible { outline: 2px solid var(--jp-brand-color1); outline-offset: -2px; }
@media (max-width: 760px) {
  .itl-CellKernel { margin-left: 0; }
  .itl-CellKernel select { height: 28px; max-width: 60vw; }
}
`;
