import type { CellModel, ICellModel } from '@jupyterlab/cells';
import type { INotebookModel } from '@jupyterlab/notebook';

/**
 * Lets the cells of a notebook show what was just run as trusted, in every tab: the server says so in the cell's metadata,
 * which JupyterLab reads only once, and the page that runs a cell by itself knows.
 */
export function followTrust(notebook: INotebookModel): void {
  const follow = (cell: ICellModel): void => {
    (cell as CellModel).metadataChanged.connect((_, { key, newValue }) => {
      if (key === 'trusted' && newValue === true) cell.trusted = true;
    });
  };
  for (const cell of notebook.cells) follow(cell);
  notebook.cells.changed.connect((_, { type, newValues }) => {
    if (type === 'add' || type === 'set') newValues.forEach(follow);
  });
}
