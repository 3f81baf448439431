import type { ContentPart } from '../../ai-agent/message.ts';
import { asData, openingMark } from '../../ai-agent/notebook-prompt/data-label.ts';
import { outputContent } from '../../ai-agent/notebook-prompt/output-content.ts';
import type { AgentRun, AgentRunStatus, WholeAgentRun } from './agent-runs.ts';

const WORDS: Readonly<Record<AgentRunStatus, string>> = {
  queued: 'waits for its turn',
  running: 'is running',
  done: 'ran without an error',
  failed: 'failed',
  aborted: 'was not run',
  cancelled: 'was taken back before it ran',
  interrupted: 'was interrupted',
  lost: 'was lost, because its kernel ended',
};

/** About 3 MB: what the strictest of the providers takes in one image. */
const LARGEST_IMAGE = 4_000_000;
const MOST_OUTPUTS = 20;

/** A run in one line. */
export function runLine(run: AgentRun): string {
  const { id, cellId, status, who, executionCount } = run;
  const count = executionCount === null ? '' : ` [${executionCount}]`;
  return `Cell ${cellId}${count} ${WORDS[status]}${durationOf(run)}; run ${id}, asked for by ${who}.${promptLine(run)}`;
}

/** A run with what it put out, as a model is told of it. @param characters of each output, about */
export function runReport(run: WholeAgentRun, characters: number): ContentPart[] {
  const { outputs } = run;
  const parts: ContentPart[] = [{ type: 'text', text: runLine(run) }];
  if (outputs === null)
    parts.push({ type: 'text', text: 'Its outputs are not kept any more: the cell was run again since.' });
  for (const [index, output] of (outputs ?? []).entries()) {
    if (index === MOST_OUTPUTS) {
      const text = `[… ${(outputs?.length ?? 0) - MOST_OUTPUTS} outputs left out: read the cell's outputs …]`;
      parts.push({ type: 'text', text });
      break;
    }
    const room = { characters, tableRows: 20, tableColumns: 20, imageCharacters: LARGEST_IMAGE };
    const type = output.output_type === 'stream' ? output.name : output.output_type;
    const content = outputContent(output, room, {});
    if (content.length === 0) continue;
    parts.push(
      { type: 'text', text: openingMark('cell-output', { type }) },
      ...content.map((part) => (part.type === 'text' ? { ...part, text: asData(part.text) } : part)),
      { type: 'text', text: '</cell-output>' },
    );
  }
  return parts;
}

function durationOf({ started, ended }: AgentRun): string {
  if (started === null) return '';
  const seconds = (Date.parse(ended ?? new Date().toISOString()) - Date.parse(started)) / 1000;
  return ` ${ended === null ? 'for' : 'in'} ${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
}

function promptLine({ prompt }: AgentRun): string {
  if (prompt === null) return '';
  return ` It waits for somebody to type an answer to ${JSON.stringify(prompt)}: you cannot. A person can, below the cell, in any tab that shows the notebook. Ask them to, then await the run.`;
}
