import { UUID } from '@lumino/coreutils';
import { Signal, type ISignal } from '@lumino/signaling';
import type { ILiveConnection } from '../tokens.ts';
import type { AgentsClient, GivenApproval, ThreadSummary } from './agents-client.ts';
import type { Draft } from './composer.ts';
import { FollowedThread } from './followed-thread.ts';
import { openTurn } from './thread-model.ts';

/** So long may the name be that a conversation gets from its first question. */
const LONGEST_TITLE = 60;

/** The conversation that is in front, and what is done in it. What the server refuses is said, and answered with false. */
export class AgentSession {
  #thread: FollowedThread | null = null;
  readonly #changed = new Signal<this, void>(this);
  readonly #told = new Signal<this, void>(this);
  readonly #tell = (): void => this.#told.emit();

  constructor(
    private readonly client: AgentsClient,
    private readonly connection: ILiveConnection,
    private readonly say: (text: string) => void,
  ) {}

  /** Null: one that is not begun yet. */
  get thread(): FollowedThread | null {
    return this.#thread;
  }

  /** Another conversation is in front. */
  get changed(): ISignal<this, void> {
    return this.#changed;
  }

  /** Something has happened in it, or another one is in front. */
  get told(): ISignal<this, void> {
    return this.#told;
  }

  get isAtWork(): boolean {
    return this.#thread !== null && openTurn(this.#thread.model) !== null;
  }

  open(threadId: string | null): void {
    if (threadId === (this.#thread?.threadId ?? null)) return;
    this.#thread?.close();
    this.#thread = threadId === null ? null : new FollowedThread(threadId, this.connection);
    this.#thread?.changed.connect(this.#tell);
    this.#changed.emit();
    this.#told.emit();
  }

  /** @param begin how a conversation is begun, if none is */
  ask(
    { text, images, selection }: Draft,
    model: string,
    begin: { readonly path: string | null; readonly isPrivate: boolean },
  ): Promise<boolean> {
    const before = this.#thread?.threadId ?? null;
    return this.#try(async () => {
      let threadId = before;
      if (threadId === null) {
        threadId = UUID.uuid4();
        const title = titleOf(text);
        await this.client.createThread({
          thread_id: threadId,
          title,
          path: begin.path,
          is_private: begin.isPrivate,
        });
      }
      await this.client.ask(threadId, {
        turn_id: UUID.uuid4(),
        model,
        text,
        images,
        selected_cells: selection?.cells ?? [],
        selected_text: selection?.text ?? null,
      });
      // Unless the person has gone to another one meanwhile.
      if (before === null && this.#thread === null) this.open(threadId);
    });
  }

  stop(turnId: string, andRuns: boolean): Promise<boolean> {
    return this.#inThread((threadId) => this.client.stop(threadId, turnId, andRuns));
  }

  approve(turnId: string, given: GivenApproval): Promise<boolean> {
    return this.#inThread((threadId) => this.client.approve(threadId, turnId, given));
  }

  revert(turnId: string): Promise<boolean> {
    return this.#inThread((threadId) => this.client.revert(threadId, turnId));
  }

  rename({ thread_id: id }: ThreadSummary, title: string): Promise<boolean> {
    return this.#try(() => this.client.changeThread(id, { title }));
  }

  setPrivate({ thread_id: id }: ThreadSummary, isPrivate: boolean): Promise<boolean> {
    return this.#try(() => this.client.changeThread(id, { is_private: isPrivate }));
  }

  remove({ thread_id: id }: ThreadSummary): Promise<boolean> {
    if (this.#thread?.threadId === id) this.open(null);
    return this.#try(() => this.client.deleteThread(id));
  }

  exportMarkdown({ thread_id: id, title }: ThreadSummary): Promise<boolean> {
    return this.#try(async () => download(await this.client.markdown(id), `${fileName(title)}.md`));
  }

  #inThread(act: (threadId: string) => Promise<unknown>): Promise<boolean> {
    const threadId = this.#thread?.threadId;
    return threadId === undefined ? Promise.resolve(false) : this.#try(() => act(threadId));
  }

  async #try(act: () => Promise<unknown>): Promise<boolean> {
    try {
      await act();
      return true;
    } catch (error) {
      this.say(error instanceof Error ? error.message : String(error));
      return false;
    }
  }
}

function titleOf(text: string): string {
  const line = text.split('\n')[0] ?? '';
  return line.length <= LONGEST_TITLE ? line : `${line.slice(0, LONGEST_TITLE - 1)}…`;
}

function fileName(title: string): string {
  return title.replace(/[^\p{L}\p{N}._ -]+/gu, '-').slice(0, LONGEST_TITLE);
}

function download(text: string, name: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/markdown' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // Once the browser has begun with it.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
