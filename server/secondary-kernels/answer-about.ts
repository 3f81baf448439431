import type { Logger } from '../logger.ts';
import type { CellAnswer, QuestionOfCell } from './question-of-cell.ts';
import { answerForCell, nothingKnown } from './question-of-cell.ts';
import type { HeldKernel } from './secondary-kernel.ts';

export type AskedStream = Pick<HeldKernel['stream'], 'ask'>;

/** In milliseconds: nobody waits longer for a completion. */
const PATIENCE = 10_000;

/** Has a cell's kernel say what it knows of the cell's text; where it says nothing, nothing is known. Never throws. */
export async function answerAbout(
  question: QuestionOfCell,
  deps: { stream(): Promise<AskedStream | null>; readonly actor: string; readonly logger: Logger },
): Promise<CellAnswer> {
  const { type, content } = question;
  if (content === null) return nothingKnown(question);
  try {
    const signal = AbortSignal.timeout(PATIENCE);
    const asked = { channel: 'shell', type, content } as const;
    const answer = await (await deps.stream())?.ask(asked, { actor: deps.actor, signal });
    return answer === undefined ? nothingKnown(question) : answerForCell(question, answer.reply);
  } catch (error) {
    deps.logger.debug({ err: error }, 'The kernel of a cell did not say what it knows of its text');
    return nothingKnown(question);
  }
}
