import type { ChatModel } from '../../ai-agent/chat-model.ts';
import type { UserMessage } from '../../ai-agent/message.ts';
import { asData } from '../../ai-agent/notebook-prompt/data-label.ts';
import { mentionsIn } from '../../ai-agent/notebook-prompt/mentions.ts';
import type { Mention } from '../../ai-agent/notebook-prompt/mentions.ts';
import { notebookPrompt } from '../../ai-agent/notebook-prompt/notebook-prompt.ts';
import type { AccountEntry } from '../../ai-agent/notebook-prompt/notebook-prompt.ts';
import type { FileView, NotebookView, SelectionView } from '../../ai-agent/notebook-prompt/notebook-view.ts';
import { rankCells } from '../../ai-agent/notebook-prompt/rank-cells.ts';
import { ToolError } from '../../ai-agent/tool.ts';
import type { Identity } from '../auth/identity.ts';
import type { SharedDocument } from '../shared-document.ts';
import type { AgentFiles } from './agent-files.ts';
import { notebookView, withOutputs } from './notebook-view.ts';
import type { NotebookSurroundings } from './notebook-view.ts';
import { sourceHash } from './shared-cell.ts';

/** What a model is told beside a question, and what was left out. */
export interface NotebookDescription {
  readonly context: UserMessage;
  readonly account: readonly AccountEntry[];
  /** Whose sources it was told whole: by cell, their hashes. */
  readonly seen: Readonly<Record<string, string>>;
}

/** Tokens; of a model of which nobody says it. */
const UNKNOWN_WINDOW = 32_000;
/** More of a notebook than that makes answers slower and not better: the model can read the rest. */
const MOST_TOKENS = 24_000;
/** So many cells' outputs are fetched that are kept beside the document: others are told of as what they stand for. */
const MOST_FETCHED = 60;
/** In bytes, of a file that is mentioned. */
const MOST_OF_FILE = 60_000;

/** The notebook as it is now, for a question. @throws ToolError where it is gone */
export async function describeNotebook(
  asked: { readonly text: string; readonly selection: SelectionView | null; readonly person: Identity },
  document: SharedDocument,
  deps: {
    readonly around: NotebookSurroundings;
    readonly files: AgentFiles;
    readonly model: Pick<ChatModel, 'contextTokens' | 'takesImages'>;
  },
): Promise<NotebookDescription> {
  const { around, files, model } = deps;
  const mentions = mentionsIn(asked.text);
  const bare = await notebookView(document, around, asked.person, asked.selection);
  const view = {
    ...(await withNearOutputs(bare, mentions, around)),
    files: await mentionedFiles(mentions, files),
  };
  const tokens = Math.min(MOST_TOKENS, Math.floor((model.contextTokens ?? UNKNOWN_WINDOW) / 4));
  const { parts, account } = notebookPrompt(view, { mentions, tokens, takesImages: model.takesImages });
  return { context: { role: 'user', content: parts }, account, seen: seenIn(view, parts, account) };
}

async function withNearOutputs(
  view: NotebookView,
  mentions: readonly Mention[],
  around: NotebookSurroundings,
): Promise<NotebookView> {
  const near = rankCells(view, mentions).slice(0, MOST_FETCHED);
  const fetched = new Map<number, NotebookView['cells'][number]>();
  for (const { cell, index } of near) fetched.set(index, await withOutputs(cell, around));
  return { ...view, cells: view.cells.map((cell, index) => fetched.get(index) ?? cell) };
}

async function mentionedFiles(mentions: readonly Mention[], files: AgentFiles): Promise<FileView[]> {
  const found: FileView[] = [];
  for (const { kind, name } of mentions) {
    if (kind !== 'file') continue;
    try {
      const { bytes, size } = await files.read(name, 0, MOST_OF_FILE);
      const text = bytes.includes(0) ? null : new TextDecoder().decode(bytes);
      found.push({ path: name, text: text === null || size <= MOST_OF_FILE ? text : `${text}\n[…]`, size });
    } catch (error) {
      // The prompt says that it was not found.
      if (!(error instanceof ToolError)) throw error;
    }
  }
  return found;
}

function seenIn(
  { cells }: NotebookView,
  parts: UserMessage['content'],
  account: readonly AccountEntry[],
): Record<string, string> {
  const told = new Map(
    account.flatMap(({ item, name, told: how }) => (item === 'cell' ? [[name, how]] : [])),
  );
  const text = parts.map((part) => (part.type === 'text' ? part.text : '')).join('\n');
  const isSeen = ({ id, source }: NotebookView['cells'][number]): boolean =>
    told.get(id) === 'whole' || (told.get(id) === 'shortened' && text.includes(asData(source)));
  return Object.fromEntries(cells.filter(isSeen).map(({ id, source }) => [id, sourceHash(source)]));
}
