import * as Y from 'yjs';
import { z } from 'zod';
import { ToolError } from '../../../ai-agent/tool.ts';
import { assertKnown, shownSource } from '../edit-tool.ts';
import type { EditTool } from '../edit-tool.ts';
import type { SeenCells } from '../seen-cells.ts';
import { findCell, sourceOf, typeOf } from '../shared-cell.ts';
import type { SharedCell } from '../shared-cell.ts';

const schema = z.strictObject({
  cell: z.string().describe('The id of the cell.'),
  old_text: z
    .string()
    .nullish()
    .describe(
      'Text of the cell that is to be replaced, exactly as it stands there; it must be there once and only once.',
    ),
  new_text: z.string().nullish().describe('What is to stand in its place; empty to delete it.'),
  source: z
    .string()
    .nullish()
    .describe('Instead of old_text and new_text: all of the new source, of a cell that you have read.'),
});
type Arguments = z.infer<typeof schema>;

/** Makes a shared text another one by the smallest change, so that people's cursors stay. */
export type EditText = (text: Y.Text, becomes: string) => void;

export function editCell(editText: EditText): EditTool<Arguments> {
  return {
    name: 'edit_cell',
    description:
      'Changes the source of a cell: give old_text (enough of the lines around it to be unique) and new_text, or, for most of a short cell, source. The cell is not run by that, and keeps the outputs of its last run.',
    schema,
    plan({ ydoc }, asked, seen) {
      const { cell, index } = findCell(ydoc, asked.cell);
      const before = sourceOf(cell);
      const after = newSource(cell, asked, seen).toWellFormed();
      if (after === before) throw new ToolError('The cell is like that already. Nothing was done.');
      const cellType = typeOf(cell);
      const isKnown = asked.source != null || seen.knows(asked.cell, before);
      return {
        preview: { cell: { cellId: asked.cell, change: 'edit', cellType, before, after, index } },
        undo: { type: 'edit' },
        at: asked.cell,
        said: `Changed the cell ${asked.cell}.`,
        known: isKnown ? after : null,
        apply() {
          const text = cell.get('source');
          if (text instanceof Y.Text) editText(text, after);
          else cell.set('source', new Y.Text(after));
        },
      };
    },
  };
}

function newSource(cell: SharedCell, asked: Arguments, seen: SeenCells): string {
  const { old_text: old, new_text: text, source, cell: cellId } = asked;
  if (source != null) {
    if (old != null || text != null) throw new ToolError('Give either source, or old_text and new_text.');
    assertKnown(cell, cellId, seen);
    return source;
  }
  if (old == null || text == null) throw new ToolError('Give old_text and new_text, or source.');
  const now = sourceOf(cell);
  if (old === '' && now !== '') throw new ToolError('old_text is empty: say what is to be replaced.');
  const first = now.indexOf(old);
  if (first === -1)
    throw new ToolError(
      `old_text is not in this cell. Nothing was done. This is what it is now:\n${shownSource(cell, cellId)}`,
    );
  if (old !== '' && now.includes(old, first + 1))
    throw new ToolError(
      'old_text is in this cell more than once. Nothing was done. Take more of the lines around it.',
    );
  return now.slice(0, first) + text + now.slice(first + old.length);
}
