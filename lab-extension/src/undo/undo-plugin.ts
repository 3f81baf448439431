import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import type { YNotebook } from '@jupyter/ydoc';
import { ILiveDocuments, type ILiveDocument } from '../tokens.ts';
import { keepOthersWork } from './others-work.ts';

export const undoPlugin: JupyterFrontEndPlugin<void> = {
  id: '@in-the-loop/lab-extension:undo',
  description: 'Keeps undo in shared notebooks away from outputs and from what others did.',
  autoStart: true,
  optional: [ILiveDocuments],
  activate(_app: JupyterFrontEnd, documents: ILiveDocuments | null) {
    if (documents === null) return;
    const guard = ({ kind, sharedModel, ydoc }: ILiveDocument): void => {
      if (kind.type === 'notebook') keepOthersWork(ydoc, (sharedModel as YNotebook).undoManager);
    };
    documents.documents.forEach(guard);
    documents.added.connect((_, document) => guard(document));
  },
};
