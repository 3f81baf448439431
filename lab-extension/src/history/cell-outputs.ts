import type { IOutput } from '@jupyterlab/nbformat';
import { OutputAreaModel, SimplifiedOutputArea } from '@jupyterlab/outputarea';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { Widget } from '@lumino/widgets';
import type { HistoryCell } from './history-client.ts';

/** A cell's outputs, or rendered Markdown, as they were. Not trusted: whose they are is not known any more. */
export function cellOutputs(cell: HistoryCell, rendermime: IRenderMimeRegistry): Widget | null {
  if (cell.cell_type === 'markdown') {
    const data = { 'text/markdown': cell.source };
    const renderer = rendermime.createRenderer('text/markdown');
    void renderer.renderModel(rendermime.createModel({ data, trusted: false }));
    return renderer;
  }
  const outputs = (cell['outputs'] ?? []) as IOutput[];
  if (outputs.length === 0) return null;
  const model = new OutputAreaModel({ values: outputs, trusted: false });
  const area = new SimplifiedOutputArea({ model, rendermime });
  area.disposed.connect(() => model.dispose());
  return area;
}

/** Lumino's widgets want to be told where they are. */
export function attach(widget: Widget, to: HTMLElement): void {
  Widget.attach(widget, to);
}
