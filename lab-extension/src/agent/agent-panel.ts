import { Widget } from '@lumino/widgets';
import type { AgentNotebooks } from './agent-notebooks.ts';
import type { AgentSession } from './agent-session.ts';
import type { AskedImage } from './agents-client.ts';
import type { Composer, Draft } from './composer.ts';
import type { ConversationView } from './conversation-view.ts';
import { button, element } from './element.ts';
import { type ModelChoice } from './model-choice.ts';
import { NewConversation } from './new-conversation.ts';
import type { SettingsView } from './settings-view.ts';
import type { ThreadList } from './thread-list.ts';
import type { ThreadListView } from './thread-list-view.ts';
import { threadUsageText } from './usage-text.ts';

type View = 'conversation' | 'threads' | 'settings';

export interface AgentPanelDependencies {
  readonly session: AgentSession;
  readonly threads: ThreadList;
  readonly notebooks: AgentNotebooks;
  readonly models: ModelChoice;
  readonly conversation: ConversationView;
  readonly threadList: ThreadListView;
  readonly settings: SettingsView;
  readonly composer: Composer;
  readonly note: HTMLElement;
  readonly refreshModels: (again: boolean) => Promise<void>;
}

/** The assistant: conversations with models about the notebook that is in front. */
export class AgentPanel extends Widget {
  readonly #deps: AgentPanelDependencies;
  readonly #title = element('h2', 'itl-Agent-title');
  readonly #usage = element('div', 'itl-Agent-usage');
  readonly #tabs = new Map<View, HTMLButtonElement>();
  readonly #newConversation: NewConversation;
  /** By the path of a notebook, the conversation that was last in front there; null: a new one. */
  readonly #lastOf = new Map<string, string | null>();
  /** The models are known, and which conversation is in front. */
  readonly #ready: Promise<unknown>;
  #view: View = 'conversation';
  #path: string | null = null;

  constructor(deps: AgentPanelDependencies) {
    super();
    this.#deps = deps;
    this.addClass('itl-Agent');
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', 'Assistant');
    this.#newConversation = new NewConversation(
      () => deps.models.list,
      () => void deps.refreshModels(true),
      (text) => deps.composer.put(text, []),
    );
    this.#build();
    this.#listen();
    this.#path = deps.notebooks.path;
    this.#showSession();
    this.#ready = Promise.all([this.#findThread(), deps.refreshModels(false)]);
  }

  ask(draft: Draft): void {
    const { session, models, composer } = this.#deps;
    this.#show('conversation');
    const { path, isPrivate } = this.#newConversation;
    void session.ask(draft, models.chosen, { path, isPrivate }).then((isAsked) => {
      // What was written is not to be lost.
      if (!isAsked && composer.isEmpty) composer.put(draft.text, draft.images);
      this.#deps.conversation.scrollToEnd();
    });
  }

  /**
   * What a button in the notebook asks, in the conversation about this notebook.
   * @param isBegun the person goes on writing it; so it is too where nothing can be asked now
   */
  async askAboutCell(draft: Draft, isBegun: boolean): Promise<void> {
    const { session, threads, models, composer } = this.#deps;
    await this.#ready;
    const id = session.thread?.threadId;
    const current = threads.threads.find((thread) => thread.thread_id === id);
    if (current !== undefined && current.path !== this.#path) this.beginNew();
    if (isBegun || session.isAtWork || models.chosen === '') {
      this.edit(draft.text, draft.images);
      composer.select(draft.selection);
    } else this.ask(draft);
  }

  edit(text: string, images: readonly AskedImage[]): void {
    this.#show('conversation');
    this.#deps.composer.put(text, images);
  }

  beginNew(): void {
    if (this.#path !== null) this.#lastOf.set(this.#path, null);
    this.#deps.session.open(null);
    this.#show('conversation');
    this.#deps.composer.focus();
  }

  focusComposer(): void {
    this.#show('conversation');
    this.#deps.composer.focus();
  }

  openThread(threadId: string): void {
    if (this.#path !== null) this.#lastOf.set(this.#path, threadId);
    this.#deps.session.open(threadId);
    this.#show('conversation');
  }

  #build(): void {
    const { conversation, threadList, settings, composer, note } = this.#deps;
    const head = element('header', 'itl-Agent-head');
    const tools = element('div', 'itl-Agent-row');
    const tab = (view: View, text: string): HTMLButtonElement => {
      const made = button(text, () => this.#show(this.#view === view ? 'conversation' : view));
      this.#tabs.set(view, made);
      return made;
    };
    tools.append(
      button('New', () => this.beginNew(), { label: 'Begin a new conversation' }),
      tab('threads', 'Conversations'),
      tab('settings', 'Settings'),
    );
    head.append(this.#title, tools);
    note.classList.add('itl-Agent-say');
    this.node.append(
      head,
      conversation.node,
      threadList.node,
      settings.node,
      note,
      this.#usage,
      composer.node,
    );
    this.#show('conversation');
  }

  #listen(): void {
    const { session, threads, notebooks, models, conversation, composer } = this.#deps;
    session.changed.connect(() => this.#showSession());
    session.told.connect(() => this.#showState());
    threads.changed.connect(() => {
      this.#join();
      this.#showThreads();
    });
    notebooks.changed.connect(() => {
      composer.select(notebooks.selection());
      if (notebooks.path === this.#path) return;
      this.#path = notebooks.path;
      this.#newConversation.show(this.#path);
      void this.#findThread();
    });
    let list = models.list;
    models.changed.connect(() => {
      this.#showState();
      if (models.list === list) return;
      list = models.list;
      this.#newConversation.show(this.#path);
      conversation.rename();
    });
  }

  /** What this notebook's people talked about last is in front, unless a conversation without a notebook is. */
  async #findThread(): Promise<void> {
    const { session, threads } = this.#deps;
    await threads.refresh();
    const path = this.#path;
    if (path === null) return this.#showThreads();
    const current = threads.threads.find(({ thread_id: id }) => id === session.thread?.threadId);
    if (current !== undefined && (current.path === path || current.path === null)) return this.#showThreads();
    const last = this.#lastOf.get(path);
    const newest = threads.threads.find((thread) => thread.path === path)?.thread_id ?? null;
    session.open(last === undefined ? newest : last);
    this.#showThreads();
  }

  /** Somebody begins to talk about this notebook: who has nothing in front of them listens, unless they wanted something new. */
  #join(): void {
    const { session, threads, composer } = this.#deps;
    const path = this.#path;
    if (session.thread !== null || path === null || this.#lastOf.has(path) || !composer.isEmpty) return;
    session.open(threads.threads.find((thread) => thread.path === path)?.thread_id ?? null);
  }

  #showSession(): void {
    const { session, conversation, notebooks, composer } = this.#deps;
    this.#newConversation.show(this.#path);
    conversation.follow(session.thread, this.#newConversation.node);
    composer.select(notebooks.selection());
    this.#showThreads();
    this.#showState();
  }

  #showThreads(): void {
    const { session, threads, threadList } = this.#deps;
    const id = session.thread?.threadId ?? null;
    const current = threads.threads.find(({ thread_id: each }) => each === id);
    this.#title.textContent = current?.title ?? (id === null ? 'New conversation' : 'Conversation');
    this.#title.title = this.#title.textContent;
    if (this.#view === 'threads') threadList.show(threads.threads, this.#path, id);
  }

  #showState(): void {
    const { session, models, composer, note } = this.#deps;
    const { thread } = session;
    composer.allow(!session.isAtWork && models.chosen !== '' && (thread?.ending ?? null) === null);
    const turns = thread?.model.turns ?? [];
    const usage = turns.length < 2 ? '' : threadUsageText(turns, (id) => models.modelOf(id));
    this.#usage.textContent = `This conversation: ${usage}`;
    this.#usage.hidden = usage === '' || this.#view !== 'conversation';
    if (thread?.ending != null) note.textContent = thread.ending;
  }

  #show(view: View): void {
    this.#view = view;
    const { conversation, threadList, settings, composer } = this.#deps;
    composer.node.hidden = view !== 'conversation';
    conversation.node.hidden = view !== 'conversation';
    threadList.node.hidden = view !== 'threads';
    settings.node.hidden = view !== 'settings';
    for (const [each, tab] of this.#tabs) tab.setAttribute('aria-pressed', String(each === view));
    this.#showState();
    if (view === 'threads') this.#showThreads();
    if (view === 'settings') void settings.show();
  }
}
