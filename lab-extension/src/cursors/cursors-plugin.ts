import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { EditorExtensionRegistry, IEditorExtensionRegistry } from '@jupyterlab/codemirror';
import type { IYText } from '@jupyter/ydoc';
import { addStyleSheet } from '../style-sheet.ts';
import { ILiveDocuments } from '../tokens.ts';
import { sharedCursors } from './cursors-extension.ts';
import { CURSORS_STYLE } from './cursors-style.ts';

export const cursorsPlugin: JupyterFrontEndPlugin<void> = {
  id: '@in-the-loop/lab-extension:cursors',
  description: 'Shows where others type and what they select, in cells and files.',
  autoStart: true,
  optional: [ILiveDocuments, IEditorExtensionRegistry],
  activate(
    _app: JupyterFrontEnd,
    documents: ILiveDocuments | null,
    editors: IEditorExtensionRegistry | null,
  ) {
    if (documents === null || editors === null) return;
    addStyleSheet('cursors', CURSORS_STYLE);
    editors.addExtension({
      name: 'in-the-loop:shared-cursors',
      factory: ({ model }) => {
        // Consoles and prompts have editors with a text of their own, which nobody shares.
        const { awareness, ysource } = model.sharedModel as Partial<IYText>;
        if (!awareness || !ysource || ysource.doc !== awareness.doc) return null;
        return EditorExtensionRegistry.createImmutableExtension(sharedCursors(awareness, ysource));
      },
    });
  },
};
