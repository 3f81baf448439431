import type { RoundPlan } from './round-plan.ts';

/** Ids of the notebook's cells. */
export const SETUP = 'setup';
export const NUMBERED = 'numbered';
export const NOTES = 'notes';
/** So long the cell waits before its first line and after its last, in seconds. */
export const QUIET = 0.15;

/** Files in which the kernel itself notes what it does, so that nobody between is asked. */
export const notesOf = (number: number) => ({
  pid: `pid-${number}`,
  /** A line for each time that the numbered cell began. */
  began: `began-${number}`,
  /** A line for each line printed: its number, and when (seconds since the epoch). */
  said: `said-${number}`,
  ended: `ended-${number}`,
});

/**
 * A PUB socket drops what exceeds its high-water mark, which a flood on a busy machine does. That would be the kernel's
 * loss, and is lifted here, in the thread that owns the socket, to see that there is none of ours.
 */
export function setupCode({ number }: RoundPlan): string {
  return [
    'import os, threading, time, zmq',
    'from IPython.display import display',
    '_thread, _lifted = get_ipython().kernel.iopub_thread, threading.Event()',
    '_thread.schedule(lambda: (_thread.socket.setsockopt(zmq.SNDHWM, 0), _lifted.set()))',
    '_lifted.wait()',
    'def note(name, text):',
    '    file = os.open(name, os.O_CREAT | os.O_APPEND | os.O_WRONLY)',
    '    os.write(file, (text + "\\n").encode())',
    '    os.close(file)',
    `kept, runs = ${number}, 0`,
    `note("${notesOf(number).pid}", str(os.getpid()))`,
  ].join('\n');
}

export function numberedCode(plan: RoundPlan): string {
  const { number, lines, pace, showsProgress, displayEvery, fails } = plan;
  const { began, said, ended } = notesOf(number);
  const print = `print(f"line ${number}:{i}", flush=True)`;
  const shown = `display({"text/plain": f"line ${number}:{i}"}, raw=True)`;
  return [
    'runs += 1',
    `note("${began}", "began")`,
    `time.sleep(${QUIET})`,
    `for i in range(1, ${lines} + 1):`,
    // Shorter than the line, which writes over all of it.
    ...(showsProgress ? ['    print("..", end="\\r", flush=True)'] : []),
    displayEvery > 0 ? `    if i % ${displayEvery} == 0: ${shown}\n    else: ${print}` : `    ${print}`,
    `    note("${said}", f"{i} {time.time()}")`,
    `    time.sleep(${pace})`,
    `time.sleep(${QUIET})`,
    `note("${ended}", "ended")`,
    ...(fails ? ['raise ValueError("as planned")'] : []),
  ].join('\n');
}

/** The numbers of the lines of a round in a text, in the order in which they stand there. */
export function linesIn(text: string, number: number): number[] {
  return Array.from(text.matchAll(new RegExp(`line ${number}:(\\d+)`, 'g')), (match) => Number(match[1]));
}

/** An output as nbformat 4 has it, as far as it is read here. */
export interface NotebookOutput {
  readonly output_type: string;
  readonly text?: string | readonly string[];
  readonly data?: { readonly 'text/plain'?: string | readonly string[] };
  readonly metadata?: object;
  readonly ename?: string;
}

const joined = (text: string | readonly string[] | undefined): string =>
  typeof text === 'string' ? text : (text ?? []).join('');

export function linesOfOutputs(outputs: readonly NotebookOutput[], number: number): number[] {
  return outputs.flatMap(({ output_type, text, data }) =>
    linesIn(output_type === 'stream' ? joined(text) : joined(data?.['text/plain']), number),
  );
}
