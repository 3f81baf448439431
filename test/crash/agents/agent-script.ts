import { createCell, patchCell, runCells } from '../../agent-tasks/tool-use.ts';
import type { ToolUse } from '../../agent-tasks/tool-use.ts';
import type { ModelScript } from '../../agent-tasks/scripted-models.ts';
import { code, markdown } from '../../agent-tasks/notebook-task.ts';
import type { TaskCell } from '../../agent-tasks/notebook-task.ts';
import type { AskedCall } from './agent-plan.ts';

export const notebookFor = (number: number): string => `agent-${number}.ipynb`;
export const notesFor = (number: number): string => `ran-${number}.txt`;
export const RAN = 'ran, and said so';

/** Text that stands for one change alone. */
export const markOf = (number: number, call: AskedCall): string => `${call.replace(' ', '-')}-${number}.`;

export const cellsFor = (number: number): readonly TaskCell[] => [
  markdown('text', 'Notes.'),
  code(
    'work',
    `import time\nwith open(${JSON.stringify(notesFor(number))}, "a") as notes:\n    notes.write("ran\\n")\ntime.sleep(0.3)\nprint(${JSON.stringify(RAN)})`,
  ),
];

export const LAST_WORDS = Array.from({ length: 60 }, (_, index) => `word ${index}, `);

const answers = (number: number): readonly (readonly ToolUse[])[] => [
  [
    patchCell('text', 'Notes.', `Notes. ${markOf(number, 'edit')}`),
    createCell('markdown', markOf(number, 'create'), { after: 'text' }),
  ],
  [runCells('work'), patchCell('text', 'Notes.', `Notes. ${markOf(number, 'edit again')}`)],
];

/** The model goes by what it is told alone, as a real one does: asked again, it says the same. */
export const scriptFor = (number: number): ModelScript => {
  return ({ messages }) => {
    const step = messages.filter(({ role }) => role === 'assistant').length;
    const calls = answers(number)[step];
    if (calls === undefined) return { text: LAST_WORDS };
    return {
      text: ['First ', 'this, ', 'then ', 'that.'],
      calls: calls.map((use, index) => ({ ...use, id: `call-${step}-${index}` })),
    };
  };
};
