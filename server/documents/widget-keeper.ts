import { isDeepStrictEqual } from 'node:util';
import * as Y from 'yjs';
import type { DocumentAttachment, SharedDocument } from '../shared-document.ts';
import type { SharedCell } from './write-result.ts';

/** Where the last states of a notebook's widgets are. */
export interface WidgetSource {
  /** The models of these ids, and what they refer to, as notebooks store them. */
  stored(path: string, ids: ReadonlySet<string>): Promise<Readonly<Record<string, unknown>>>;
  /** Is called with the path of a notebook whenever its runs are others. @returns how to stop that */
  onChanged(listener: (path: string) => void): () => void;
}

const VIEW = 'application/vnd.jupyter.widget-view+json';
const STATE = 'application/vnd.jupyter.widget-state+json';
/** In milliseconds: what moves is kept as it is when it has come to rest. */
const REST = 5000;

/**
 * Keeps the last state of the widgets that a notebook shows in its metadata, as JupyterLab's "Save Widget State" does, so
 * that they are shown where there is no kernel any more.
 */
export function widgetKeeper(source: WidgetSource, warn: (message: string) => void): DocumentAttachment {
  return (document) => {
    if (document.kind.type !== 'notebook') return { close: () => Promise.resolve() };
    let timer: NodeJS.Timeout | null = null;
    const keep = (): Promise<void> =>
      keepWidgets(document, source).catch((error: unknown) =>
        warn(`The state of the widgets in ${document.path} could not be kept: ${String(error)}`),
      );
    const changed = (path: string): void => {
      if (path !== document.path) return;
      if (timer !== null) clearTimeout(timer);
      timer = setTimeout(() => void keep(), REST).unref();
    };
    const stop = source.onChanged(changed);
    return {
      async close() {
        stop();
        if (timer !== null) clearTimeout(timer);
        await keep();
      },
    };
  };
}

async function keepWidgets(document: SharedDocument, source: WidgetSource): Promise<void> {
  const shown = shownWidgets(document.ydoc);
  if (shown.size === 0) return;
  const state = await source.stored(document.path, shown);
  if (Object.keys(state).length === 0) return;
  const widgets = { [STATE]: { version_major: 2, version_minor: 0, state } };
  const metadataOf = (): unknown => document.ydoc.getMap('meta').get('metadata');
  const before = metadataOf();
  if (!(before instanceof Y.Map) || isDeepStrictEqual(before.get('widgets'), widgets)) return;
  await document.change('server', () => {
    const metadata = metadataOf();
    if (metadata instanceof Y.Map) metadata.set('widgets', widgets);
  });
}

/** The ids of the models whose views are among its outputs. */
function shownWidgets(ydoc: Y.Doc): Set<string> {
  const ids = new Set<string>();
  for (const cell of ydoc.getArray<SharedCell>('cells')) {
    const outputs = cell.get('outputs');
    if (!(outputs instanceof Y.Array)) continue;
    for (const output of outputs as Y.Array<unknown>) {
      const data =
        output instanceof Y.Map
          ? (output.get('data') as Readonly<Record<string, unknown>> | undefined)
          : undefined;
      const view = data?.[VIEW] as { readonly model_id?: unknown } | undefined;
      if (typeof view?.model_id === 'string') ids.add(view.model_id);
    }
  }
  return ids;
}
