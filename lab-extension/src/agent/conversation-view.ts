import { element } from './element.ts';
import type { FollowedThread } from './followed-thread.ts';
import type { TurnDependencies } from './turn-dependencies.ts';
import { answerText, type TurnModel, waitingCalls } from './turn-model.ts';
import { outcomeText, TurnView } from './turn-view.ts';

/** In pixels: who is so near the end of a conversation wants to see what comes. */
const AT_END = 60;
/** Of an answer, read aloud at once; the rest is there to be read. */
const ANNOUNCED = 400;

/** The turns of one conversation, as they come. */
export class ConversationView {
  readonly node = element('div', 'itl-Agent-conversation');
  readonly #list = element('div', 'itl-Agent-turns');
  readonly #empty = element('div', 'itl-Agent-empty');
  readonly #views = new Map<string, TurnView>();
  #told = new Map<string, string>();
  #thread: FollowedThread | null = null;
  #followedAt = 0;
  #isDue = false;
  #sticksToEnd = true;

  constructor(private readonly deps: TurnDependencies) {
    this.node.tabIndex = -1;
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', 'Conversation');
    this.node.append(this.#empty, this.#list);
    this.node.addEventListener('scroll', () => {
      const { scrollHeight, scrollTop, clientHeight } = this.node;
      this.#sticksToEnd = scrollHeight - scrollTop - clientHeight < AT_END;
    });
    // Text, formulas and pictures take their place a moment after they came.
    new ResizeObserver(() => {
      if (this.#sticksToEnd) this.scrollToEnd();
    }).observe(this.#list);
  }

  /** @param empty shown as long as nothing was asked */
  follow(thread: FollowedThread | null, empty: Node): void {
    this.#thread?.changed.disconnect(this.#update, this);
    for (const view of this.#views.values()) view.dispose();
    this.#views.clear();
    this.#told = new Map();
    this.#list.replaceChildren();
    this.#empty.replaceChildren(empty);
    this.#thread = thread;
    this.#followedAt = Date.now();
    this.#sticksToEnd = true;
    thread?.changed.connect(this.#update, this);
    this.#show();
  }

  /** What models or people are called is known now. */
  rename(): void {
    const { scrollTop } = this.node;
    if (this.#thread !== null) this.follow(this.#thread, this.#empty.firstChild ?? element('div', ''));
    this.node.scrollTop = scrollTop;
  }

  scrollToEnd(): void {
    this.#sticksToEnd = true;
    this.node.scrollTop = this.node.scrollHeight;
  }

  /** At most once for what the browser shows at once. */
  #update(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    const show = (): void => {
      if (!this.#isDue) return;
      this.#isDue = false;
      this.#show();
    };
    // Frames are not drawn in a tab that is hidden; what it says to a screen reader is due all the same.
    if (document.hidden) setTimeout(show, 0);
    else requestAnimationFrame(show);
  }

  #show(): void {
    const thread = this.#thread;
    const turns = thread?.model.turns ?? [];
    this.#empty.hidden = turns.length > 0;
    for (const turn of turns) {
      let view = this.#views.get(turn.turnId);
      if (view === undefined) {
        view = new TurnView(turn, this.deps);
        this.#views.set(turn.turnId, view);
        this.#list.append(view.node);
      }
      view.show(turn, (callId) => thread?.progressOf(callId) ?? '');
    }
    this.#announce(turns.at(-1));
  }

  /** Once for each answer and each approval: not each token, and nothing of what was there before. */
  #announce(turn: TurnModel | undefined): void {
    if (turn === undefined) return;
    const waiting = waitingCalls(turn).length;
    const state = turn.outcome !== null ? 'over' : waiting > 0 ? `waits-${waiting}` : 'at-work';
    const before = this.#told.get(turn.turnId);
    this.#told.set(turn.turnId, state);
    const isNew = before !== undefined || turn.askedAt >= this.#followedAt;
    if (!isNew || before === state) return;
    if (turn.outcome !== null) {
      const said = answerText(turn).slice(0, ANNOUNCED);
      this.deps.announce([outcomeText(turn.outcome, this.deps.nameOf), said].filter(Boolean).join(' '));
    } else if (waiting > 0)
      this.deps.announce(
        waiting === 1 ? 'Something waits for your approval.' : `${waiting} wait for your approval.`,
      );
  }
}
