import { prepareCell } from './prepare-cell.ts';
import type { PreparedCell } from './prepared-cell.ts';
import type { OpenRealm, Realm, RealmError, RealmHears, RealmTells } from './realm-protocol.ts';
import { realmTells } from './realm-protocol.ts';

/** A frame that says nothing for so long is busy with something that may never end. */
const SILENCE = 10_000;
const PING_EVERY = 2_000;
/** How long a cell may take to hear that it is to stop; then its frame goes. */
const GRACE = 1_500;
const ANSWER_WITHIN = 2_000;

export interface RunEnd {
  readonly cell: PreparedCell;
  readonly error: RealmError | null;
  readonly result: { readonly text: string; readonly isElement: boolean } | null;
  readonly shows: boolean;
  readonly height: number;
  /** Its frame was replaced: what cells had defined is gone. */
  readonly isStateLost: boolean;
}

export interface RealmRunEvents {
  /** Once for each frame. */
  ready(): void;
  stream(run: number, name: 'stdout' | 'stderr', text: string): void;
  clear(run: number): void;
}

interface Running {
  readonly cell: PreparedCell;
  readonly end: (end: RunEnd) => void;
  result: RunEnd['result'];
  interrupted: ReturnType<typeof setTimeout> | null;
}

const STOPPED = 'Interrupted';

/** One cell after the other in one frame, which is replaced when it cannot be stopped otherwise. */
export class RealmRuns {
  readonly #open: OpenRealm;
  readonly #events: RealmRunEvents;
  readonly #answers = new Map<
    number,
    (answer: { readonly names: readonly string[]; readonly text: string }) => void
  >();
  #realm: Realm;
  #isReady = false;
  #running: Running | null = null;
  #runs = 0;
  #ids = 0;
  #heard = 0;
  #watch: ReturnType<typeof setInterval> | null = null;
  #isClosed = false;

  constructor(open: OpenRealm, events: RealmRunEvents) {
    this.#open = open;
    this.#events = events;
    this.#realm = this.#opened();
  }

  /** The one before has ended. @returns its run at once, and how it ends */
  run(source: string, cellId: string | null): { readonly run: number; readonly ended: Promise<RunEnd> } {
    const run = ++this.#runs;
    const seed = crypto.getRandomValues(new Uint32Array(1))[0] as number;
    const cell = prepareCell(source, { run, cellId, seed });
    const ended = new Promise<RunEnd>((resolve) => {
      this.#running = { cell, end: resolve, result: null, interrupted: null };
    });
    if (this.#isReady) this.#say({ type: 'run', cell });
    this.#watchFrame();
    return { run, ended };
  }

  /** Asks the frame; nothing comes of it while that is busy. */
  ask(
    type: 'names' | 'describe',
    path: readonly string[],
  ): Promise<{ readonly names: readonly string[]; readonly text: string }> {
    const id = ++this.#ids;
    return new Promise((resolve) => {
      const answered = (answer: { readonly names: readonly string[]; readonly text: string }): void => {
        this.#answers.delete(id);
        clearTimeout(timer);
        resolve(answer);
      };
      const timer = setTimeout(() => answered({ names: [], text: '' }), ANSWER_WITHIN);
      this.#answers.set(id, answered);
      this.#say({ type, id, path });
    });
  }

  /** A cell that waits is let go; a frame that does not hear of it is replaced. */
  interrupt(): void {
    const running = this.#running;
    if (running === null || running.interrupted !== null) return;
    running.interrupted = setTimeout(() => this.#replace(), GRACE);
    this.#say({ type: 'abandon', run: running.cell.run });
  }

  close(): void {
    this.#isClosed = true;
    this.#stopWatching();
    if (this.#running?.interrupted != null) clearTimeout(this.#running.interrupted);
    this.#realm.end();
    for (const answered of [...this.#answers.values()]) answered({ names: [], text: '' });
  }

  #say(message: RealmHears): void {
    if (!this.#isClosed) this.#realm.say(message);
  }

  #opened(): Realm {
    this.#isReady = false;
    this.#heard = Date.now();
    let isCurrent = true;
    const realm = this.#open((data) => {
      const told = realmTells(data);
      if (isCurrent && told !== null && !this.#isClosed) this.#hear(told);
    });
    return {
      say: (message) => realm.say(message),
      end: () => {
        isCurrent = false;
        realm.end();
      },
    };
  }

  #hear(told: RealmTells): void {
    this.#heard = Date.now();
    const running = this.#running;
    const isOfRunning = 'run' in told && told.run === running?.cell.run;
    switch (told.type) {
      case 'ready':
        if (this.#isReady) return;
        this.#isReady = true;
        if (running !== null) this.#say({ type: 'run', cell: running.cell });
        return this.#events.ready();
      case 'stream':
        return this.#events.stream(told.run, told.name, told.text);
      case 'clear':
        return this.#events.clear(told.run);
      case 'result':
        if (running !== null && isOfRunning) running.result = { text: told.text, isElement: told.isElement };
        return;
      case 'done':
        if (running === null || !isOfRunning) return;
        return this.#end(running, {
          cell: running.cell,
          error: running.interrupted === null ? told.error : stopped('the cell was stopped'),
          result: running.result,
          shows: told.shows,
          height: told.height,
          isStateLost: false,
        });
      case 'answer':
        return this.#answers.get(told.id)?.(told);
      case 'pong':
        return;
    }
  }

  #replace(): void {
    const running = this.#running;
    if (running === null || this.#isClosed) return;
    this.#realm.end();
    this.#realm = this.#opened();
    this.#end(running, {
      cell: running.cell,
      error: stopped('the cell did not stop, so its frame was replaced: what cells had defined is gone'),
      ...{ result: null, shows: false, height: 0, isStateLost: true },
    });
  }

  #end(running: Running, end: RunEnd): void {
    if (running.interrupted !== null) clearTimeout(running.interrupted);
    this.#running = null;
    this.#stopWatching();
    running.end(end);
  }

  #watchFrame(): void {
    this.#heard = Date.now();
    let isTold = false;
    this.#watch = setInterval(() => {
      const running = this.#running;
      if (running === null) return;
      this.#say({ type: 'ping', id: ++this.#ids });
      if (isTold || Date.now() - this.#heard < SILENCE) return;
      isTold = true;
      const what = this.#isReady
        ? 'This cell keeps its frame busy'
        : 'The frame for this cell has not started yet';
      this.#events.stream(
        running.cell.run,
        'stderr',
        `${what}, since ${SILENCE / 1000} s at least. Interrupt the kernel if it is not to end by itself; what cells have defined goes with the frame then.\n`,
      );
    }, PING_EVERY);
  }

  #stopWatching(): void {
    if (this.#watch !== null) clearInterval(this.#watch);
    this.#watch = null;
  }
}

function stopped(message: string): RealmError {
  return { name: STOPPED, message, frames: [] };
}
