import type { CallModel } from './turn-model.ts';

const WORDS: Readonly<Record<string, string>> = {
  read_notebook: 'Read the notebook',
  read_cell: 'Read a cell',
  read_output: 'Read an output',
  search_notebook: 'Search the notebook',
  read_file: 'Read a file',
  list_directory: 'List a folder',
  list_variables: 'List variables',
  inspect: 'Inspect',
  complete: 'Ask for completions',
  read_run: 'Look at a run',
  list_runs: 'List runs',
  create_cell: 'Create a cell',
  edit_cell: 'Change a cell',
  move_cell: 'Move a cell',
  delete_cell: 'Delete a cell',
  convert_cell: 'Convert a cell',
  set_metadata: 'Change metadata',
  run_cells: 'Run cells',
  await_run: 'Wait for a run',
  install_package: 'Install a package',
  interrupt_kernel: 'Interrupt the kernel',
  restart_kernel: 'Restart the kernel',
  ask_person: 'Ask you',
};

/** What a tool does, in words; of tools that others added, their name. */
export function toolText(toolName: string): string {
  return WORDS[toolName] ?? toolName.replaceAll('_', ' ');
}

const STATUS: Readonly<Record<CallModel['status'], string>> = {
  open: 'waits',
  'awaiting-approval': 'waits for you',
  approved: 'approved',
  rejected: 'rejected',
  started: 'at work',
  ended: 'done',
};

export function statusText({ status, result }: CallModel, isOver: boolean): string {
  if (status === 'ended' && result?.isError === true) return 'failed';
  // A turn that was stopped decides nothing any more.
  if (isOver && status !== 'ended' && status !== 'rejected') return 'not done';
  return STATUS[status];
}

/** Whatever of the arguments is short and says something: a path, a name, a pattern. */
export function argumentHint(argumentsText: string): string {
  let given: unknown;
  try {
    given = JSON.parse(argumentsText);
  } catch {
    // Not JSON: the model is told so, and a hint is none.
    return '';
  }
  if (given === null || typeof given !== 'object') return '';
  const record = given as Readonly<Record<string, unknown>>;
  for (const name of ['path', 'name', 'package', 'packages', 'pattern', 'query', 'text', 'code']) {
    const value = record[name];
    if (typeof value === 'string' && value !== '' && value.length <= 60 && !value.includes('\n'))
      return value;
  }
  return '';
}
