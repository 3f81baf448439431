import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Clipboard } from '@jupyterlab/apputils';
import type { IEditorLanguageRegistry } from '@jupyterlab/codemirror';
import type { INotebookTracker } from '@jupyterlab/notebook';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { Contents } from '@jupyterlab/services';
import { HISTORY_STYLE } from '../history/history-style.ts';
import { ReadOnlyEditors } from '../history/read-only-editor.ts';
import { nameOf } from '../runs/name-of.ts';
import { addStyleSheet } from '../style-sheet.ts';
import type { ILiveDocuments } from '../tokens.ts';
import { AgentNotebooks } from './agent-notebooks.ts';
import { AgentPanel } from './agent-panel.ts';
import { AgentSession } from './agent-session.ts';
import { AGENT_STYLE } from './agent-style.ts';
import { AgentsClient, type AskedImage } from './agents-client.ts';
import { base64Of } from './attached-images.ts';
import { ChangesInCells } from './changes-in-cells.ts';
import { Composer } from './composer.ts';
import { ConversationView } from './conversation-view.ts';
import { element } from './element.ts';
import { mentionChoices } from './mention-sources.ts';
import { ModelChoice } from './model-choice.ts';
import { SettingsView } from './settings-view.ts';
import { ThreadList } from './thread-list.ts';
import { ThreadListView } from './thread-list-view.ts';
import type { TurnDependencies } from './turn-dependencies.ts';
import { questionText, type TurnModel } from './turn-model.ts';

/** So long is it said what became of something. */
const SAID_FOR = 8_000;

/** Loaded when somebody wants the assistant for the first time. */
export function createAgentPanel(deps: {
  readonly app: JupyterFrontEnd;
  readonly documents: ILiveDocuments;
  readonly tracker: INotebookTracker;
  readonly rendermime: IRenderMimeRegistry;
  readonly languages: IEditorLanguageRegistry;
}): AgentPanel {
  const { app, documents, rendermime } = deps;
  const { contents, serverSettings, user } = app.serviceManager;
  addStyleSheet('history', HISTORY_STYLE);
  addStyleSheet('agent', AGENT_STYLE);
  const { note, aloud, say, announce } = speech();
  const client = new AgentsClient(serverSettings);
  const session = new AgentSession(client, documents.connection, say);
  const notebooks = new AgentNotebooks(deps.tracker, contents);
  const failed = (error: unknown): void => say(error instanceof Error ? error.message : String(error));
  const nameOfPerson = (username: string): string =>
    nameOf(username, user.identity, documents.awareness) || 'Somebody';
  const models = new ModelChoice(() => `in-the-loop:agent-model:${user.identity?.username ?? ''}`);
  const refreshModels = (refresh: boolean): Promise<void> =>
    client.models({ refresh }).then((list) => models.show(list), failed);
  const threadId = (): string => session.thread?.threadId ?? '';
  const actions = {
    copy: (text: string) => Clipboard.copyToSystem(text),
    insertBelow: (source: string) => notebooks.insertBelow(source),
    replaceSelected: (source: string) => notebooks.replaceSelected(source),
  };
  const imagesOf = async (turn: TurnModel): Promise<readonly AskedImage[]> =>
    Promise.all(
      turn.question
        .flatMap((part) => (part.type === 'image' ? [part] : []))
        .map(async (part) => {
          const blob = await (await fetch(client.imageUrl(threadId(), part))).blob();
          return { media_type: blob.type, data: await base64Of(blob), description: part.description };
        }),
    );
  const turns: TurnDependencies = {
    markdown: { rendermime, actions, say },
    editors: () => new ReadOnlyEditors(deps.languages, notebooks.mimeType),
    notebooks,
    hasNotebook: () => notebooks.path !== null,
    nameOf: nameOfPerson,
    modelOf: (modelId) => models.modelOf(modelId),
    imageUrl: (place) => client.imageUrl(threadId(), place),
    say,
    announce,
    approve: (turnId, given) => session.approve(turnId, given),
    stop: (turnId, andRuns) => session.stop(turnId, andRuns),
    revert: (turnId) => session.revert(turnId),
    context: (turnId) => client.context(threadId(), turnId),
    retry: (turn) =>
      void imagesOf(turn).then(
        (images) => panel.ask({ text: questionText(turn), images, selection: null }),
        failed,
      ),
    editAgain: (turn) => void imagesOf(turn).then((images) => panel.edit(questionText(turn), images), failed),
  };
  const threads = new ThreadList(documents.connection, () => client.threads(), failed);
  const threadList = new ThreadListView(
    {
      open: (thread) => panel.openThread(thread.thread_id),
      rename: (thread, title) => void session.rename(thread, title).then(() => threads.refresh()),
      setPrivate: (thread, isPrivate) =>
        void session.setPrivate(thread, isPrivate).then(() => threads.refresh()),
      exportMarkdown: (thread) => void session.exportMarkdown(thread),
      remove: (thread) => void session.remove(thread).then(() => threads.refresh()),
    },
    nameOfPerson,
    () => user.identity?.username ?? null,
  );
  const list = async (folder: string): Promise<readonly Contents.IModel[]> => {
    const model = await contents.get(folder, { content: true });
    return model.type === 'directory' ? (model.content as Contents.IModel[]) : [];
  };
  const composer = new Composer({
    ask: (draft) => panel.ask(draft),
    say,
    mentionChoices: (word) => mentionChoices(word, { outline: () => notebooks.outline(), list }),
    model: models.node,
  });
  const settings = new SettingsView({
    client,
    models,
    refreshModels: () => void refreshModels(true),
    path: () => notebooks.path,
    say,
  });
  const inCells = new ChangesInCells(deps.tracker, ({ context }) => contents.localPath(context.path), turns);
  session.told.connect(() => inCells.show(session.thread?.model ?? null));
  const conversation = new ConversationView(turns);
  const panel = new AgentPanel({
    session,
    threads,
    notebooks,
    models,
    conversation,
    threadList,
    settings,
    composer,
    note,
    refreshModels,
  });
  panel.node.append(aloud);
  return panel;
}

/** What is told to a person: in a line that goes away, or only aloud. */
function speech(): {
  readonly note: HTMLElement;
  readonly aloud: HTMLElement;
  readonly say: (text: string) => void;
  readonly announce: (text: string) => void;
} {
  const note = element('div', '');
  note.setAttribute('role', 'status');
  const aloud = element('div', 'itl-Agent-aloud');
  aloud.setAttribute('role', 'status');
  aloud.setAttribute('aria-live', 'polite');
  let ending: ReturnType<typeof setTimeout> | undefined;
  return {
    note,
    aloud,
    say: (text) => {
      note.textContent = text;
      clearTimeout(ending);
      ending = setTimeout(() => (note.textContent = ''), SAID_FOR);
    },
    announce: (text) => {
      aloud.textContent = text;
    },
  };
}
