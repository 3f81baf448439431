import { EventLogError } from '../../event-log/event-log.ts';
import type { AppendOptions, EventLogErrorCode } from '../../event-log/event-log.ts';
import { MemoryEventLog } from '../../event-log/memory-event-log.ts';
import type { NewEvent } from '../../event-log/event.ts';

/** A log whose appends can be refused, or held until the test lets them go. */
export class FailingEventLog extends MemoryEventLog {
  /** Why appends are refused; null while they are not. */
  refusal: EventLogErrorCode | null = null;
  /** Refuses single events: those for which it holds. */
  cannotEncode: (event: NewEvent) => boolean = () => false;
  #held: (() => void)[] | null = null;
  #answers: Promise<void> = Promise.resolve();

  /** Appends wait from now on. */
  hold(): void {
    this.#held ??= [];
  }

  /** Appends are committed from now on, and readers see them, but their callers hear of it later. */
  holdAnswers(): () => void {
    let answer = (): void => undefined;
    this.#answers = new Promise((resolve) => (answer = resolve));
    return answer;
  }

  /** Appends that wait go on, and later ones wait no more. */
  letGo(): void {
    const held = this.#held ?? [];
    this.#held = null;
    for (const go of held) go();
  }

  override async append(
    stream: string,
    events: readonly NewEvent[],
    options?: AppendOptions,
  ): Promise<number> {
    if (this.#held !== null) await new Promise<void>((resolve) => this.#held?.push(resolve));
    if (this.refusal !== null) throw new EventLogError(this.refusal, 'The disk is full.');
    if (events.some(this.cannotEncode)) throw new RangeError('a part is larger than 4 GiB');
    const last = await super.append(stream, events, options);
    await this.#answers;
    return last;
  }
}
