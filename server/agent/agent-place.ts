import type { Tool } from '../../ai-agent/tool.ts';
import type { Identity } from '../auth/identity.ts';
import type { AgentNotebook } from './agent-notebook.ts';
import type { SeenCells } from './seen-cells.ts';

/** Where an agent works: in which conversation, in which notebook, and with whose rights. */
export interface AgentPlace {
  readonly threadId: string;
  readonly turnId: string;
  /** Who asked: with their rights it acts (I7). */
  readonly person: Identity;
  /** How its changes and runs are recorded. */
  readonly agent: string;
  /** Null where the conversation is about none, or it was deleted. */
  readonly notebook: AgentNotebook | null;
  /** Which sources the model knows. */
  readonly seen: SeenCells;
}

/** Tools for one turn; none where they have nothing to work on there. */
export type ToolMaker = (place: AgentPlace) => readonly Tool[];
