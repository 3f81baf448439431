import type { Tool } from '../../ai-agent/tool.ts';
import type { Authorize } from '../auth/authorize.ts';
import type { ToolMaker } from './agent-place.ts';
import { editTool } from './edit-tool.ts';
import type { EditTool } from './edit-tool.ts';
import { NotebookReader } from './notebook-reader.ts';
import type { NotebookSurroundings } from './notebook-view.ts';
import { convertCell } from './tools/convert-cell.ts';
import { createCell } from './tools/create-cell.ts';
import { deleteCell } from './tools/delete-cell.ts';
import { editCell } from './tools/edit-cell.ts';
import type { EditText } from './tools/edit-cell.ts';
import { moveCell } from './tools/move-cell.ts';
import { readCell } from './tools/read-cell.ts';
import { readNotebook } from './tools/read-notebook.ts';
import { readOutput } from './tools/read-output.ts';
import { searchNotebook } from './tools/search-notebook.ts';
import { setMetadata } from './tools/set-metadata.ts';

/** What reads and changes the notebook that a conversation is about. */
export function notebookTools(deps: {
  readonly around: NotebookSurroundings;
  readonly editText: EditText;
  readonly authorize: Authorize;
}): ToolMaker {
  const { around, authorize } = deps;
  return (place) => {
    const { notebook } = place;
    if (notebook === null) return [];
    const reader = new NotebookReader(place, notebook, around, authorize);
    const edit = <Arguments>(tool: EditTool<Arguments>): Tool => editTool(tool, place, notebook, authorize);
    return [
      readNotebook(reader),
      readCell(reader),
      readOutput(reader),
      searchNotebook(reader),
      edit(createCell),
      edit(editCell(deps.editText)),
      edit(moveCell),
      edit(deleteCell),
      edit(convertCell),
      edit(setMetadata),
    ];
  };
}
