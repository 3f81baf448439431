import type { Contents } from '@jupyterlab/services';
import type { OutlinedCell } from './agent-notebooks.ts';
import { type MentionWord, mentionOf } from './mention-word.ts';

export interface MentionChoice {
  /** What is put into the text. */
  readonly mention: string;
  readonly label: string;
  readonly detail: string;
  /** False: more of it is to be chosen then, as in a folder. */
  readonly isWhole: boolean;
}

const MOST = 30;
const KINDS: readonly MentionChoice[] = [
  { mention: '@cell:', label: '@cell', detail: 'a cell of this notebook', isWhole: false },
  { mention: '@file:', label: '@file', detail: 'a file', isWhole: false },
  {
    mention: '@variable:',
    label: '@variable',
    detail: 'a variable of the kernel, by its name',
    isWhole: false,
  },
];

/** What could be meant by what is written so far. */
export async function mentionChoices(
  word: MentionWord,
  deps: {
    readonly outline: () => readonly OutlinedCell[];
    readonly list: (folder: string) => Promise<readonly Contents.IModel[]>;
  },
): Promise<readonly MentionChoice[]> {
  switch (word.kind) {
    case '':
      return KINDS.filter(({ label }) => label.startsWith(`@${word.text.toLowerCase()}`));
    case 'cell':
      return cellChoices(word.text, deps.outline());
    case 'file':
      return fileChoices(word.text, deps.list);
    case 'variable':
      // What there is in the kernel the server looks up: a page would have to ask it for each letter.
      return [];
  }
}

function cellChoices(text: string, outline: readonly OutlinedCell[]): readonly MentionChoice[] {
  const wanted = text.toLowerCase();
  return outline
    .filter(
      ({ number, firstLine }) =>
        String(number).startsWith(wanted) || firstLine.toLowerCase().includes(wanted),
    )
    .slice(0, MOST)
    .map(({ number, kind, firstLine }) => ({
      mention: mentionOf('cell', String(number)),
      label: `${number}`,
      detail: firstLine || `empty ${kind} cell`,
      isWhole: true,
    }));
}

async function fileChoices(
  text: string,
  list: (folder: string) => Promise<readonly Contents.IModel[]>,
): Promise<readonly MentionChoice[]> {
  const slash = text.lastIndexOf('/');
  const folder = text.slice(0, slash + 1);
  const begun = text.slice(slash + 1).toLowerCase();
  const found = (await list(folder)).filter(({ name }) => name.toLowerCase().includes(begun));
  return found
    .sort((one, other) => one.name.localeCompare(other.name))
    .slice(0, MOST)
    .map(({ name, type }) => {
      const isFolder = type === 'directory';
      const path = `${folder}${name}${isFolder ? '/' : ''}`;
      const mention = mentionOf('file', path);
      return {
        // A quote stays open as long as there is more to choose.
        mention: isFolder ? mention.replace(/"$/, '') : mention,
        label: isFolder ? `${name}/` : name,
        detail: folder,
        isWhole: !isFolder,
      };
    });
}
