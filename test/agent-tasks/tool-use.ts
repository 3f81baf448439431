/** A call of a tool, as a scripted model makes it. */
export interface ToolUse {
  readonly name: string;
  readonly arguments: object;
}

type CellType = 'code' | 'markdown';
type Place = { readonly after: string } | { readonly before: string };

const use = (name: string, argumentsOf: object): ToolUse => ({ name, arguments: argumentsOf });

export const readNotebook = (): ToolUse => use('read_notebook', {});
export const readCell = (cell: string): ToolUse => use('read_cell', { cell });
export const readOutput = (cell: string): ToolUse => use('read_output', { cell });
export const searchNotebook = (text: string): ToolUse => use('search_notebook', { text });
export const readFile = (path: string): ToolUse => use('read_file', { path });
export const listDirectory = (path: string): ToolUse => use('list_directory', { path });
export const listVariables = (): ToolUse => use('list_variables', {});
/** One place of a cell. */
export const patchCell = (cell: string, before: string, after: string): ToolUse =>
  use('edit_cell', { cell, old_text: before, new_text: after });
/** All of a cell. */
export const writeCell = (cell: string, source: string): ToolUse => use('edit_cell', { cell, source });
export const createCell = (type: CellType, source: string, place: Place): ToolUse =>
  use('create_cell', { cell_type: type, source, ...place });
export const moveCell = (cell: string, place: Place): ToolUse => use('move_cell', { cell, ...place });
export const deleteCell = (cell: string): ToolUse => use('delete_cell', { cell });
export const convertCell = (cell: string, type: CellType): ToolUse =>
  use('convert_cell', { cell, cell_type: type });
export const runCells = (...cells: readonly string[]): ToolUse => use('run_cells', { cells });
/** Without waiting for their end. */
export const startCells = (...cells: readonly string[]): ToolUse => use('run_cells', { cells, wait: 0 });
export const awaitRun = (run: string): ToolUse => use('await_run', { run });

/** The ids of cells that were created, in what tools said. */
export const createdCells = (said: readonly string[]): readonly string[] =>
  said.flatMap((text) => /^Created the \w+ cell ([\w-]+)/.exec(text)?.[1] ?? []);
