import { ChatError } from '../../ai-agent/chat-error.ts';
import type { ChatModel } from '../../ai-agent/chat-model.ts';
import type { SelectionView } from '../../ai-agent/notebook-prompt/notebook-view.ts';
import { ToolError } from '../../ai-agent/tool.ts';
import type { ToolRegistry } from '../../ai-agent/tool-registry.ts';
import type { EventLog } from '../../event-log/event-log.ts';
import { agentOf } from '../auth/agent-actor.ts';
import type { Identity } from '../auth/identity.ts';
import { DocumentError } from '../shared-document.ts';
import type { DocumentIdentity, SharedDocument, SharedDocuments } from '../shared-document.ts';
import type { AgentFiles } from './agent-files.ts';
import { AgentNotebook } from './agent-notebook.ts';
import type { ToolMaker } from './agent-place.ts';
import type { AgentEquipment } from './agent-runner.ts';
import type { ThreadRecord } from './agent-threads.ts';
import { agentTools } from './agent-tools.ts';
import { describeNotebook } from './describe-notebook.ts';
import type { NotebookDescription } from './describe-notebook.ts';
import { instructionsFor } from './instructions.ts';
import type { Situation } from './instructions.ts';
import type { NotebookSurroundings } from './notebook-view.ts';
import type { TurnRequest } from './routes.ts';
import { SeenCells } from './seen-cells.ts';

export interface TurnOutfitDependencies {
  readonly log: EventLog;
  readonly documents: Pick<SharedDocuments, 'open' | 'identityOf'>;
  readonly around: NotebookSurroundings;
  readonly files: AgentFiles;
  readonly makers: readonly ToolMaker[];
  /** @throws ChatError */
  readonly openModel: (modelId: string) => Promise<ChatModel>;
}

/** What a turn begins with: what the model is told of the notebook, what it is, and what it can do there. */
export class TurnOutfit {
  readonly #deps: TurnOutfitDependencies;

  constructor(deps: TurnOutfitDependencies) {
    this.#deps = deps;
  }

  /** @throws EventLogError */
  async equip(
    { threadId, documentId }: ThreadRecord,
    turnId: string,
    person: Identity,
  ): Promise<AgentEquipment> {
    const { log, documents, makers } = this.#deps;
    const agent = agentOf(person.username);
    const seen = await SeenCells.load(log, threadId, turnId);
    const identity = documentId === null ? null : await documents.identityOf(documentId);
    const notebook =
      identity === null ? null : new AgentNotebook(documents, identity.documentId, agent, person);
    await notebook?.document().catch((error: unknown) => {
      // Its tools say why it cannot be opened, if it is asked for.
      if (!(error instanceof ToolError)) throw error;
    });
    return {
      tools: agentTools({ threadId, turnId, person, agent, notebook, seen }, makers),
      instructions: instructionsFor(situationOf(documentId, identity)),
      close: () => notebook?.close(),
    };
  }

  /** All tools that there are in a notebook, and which of them need none: to be told of, not to be used. */
  everything(person: Identity): { readonly tools: ToolRegistry; readonly free: ToolRegistry } {
    const { documents, makers } = this.#deps;
    const agent = agentOf(person.username);
    const place = { threadId: '', turnId: '', person, agent, notebook: null, seen: new SeenCells() };
    const notebook = new AgentNotebook(documents, '', agent, person);
    return { tools: agentTools({ ...place, notebook }, makers), free: agentTools(place, makers) };
  }

  /** Null where there is no notebook, or no such model: the turn itself says so. */
  async describe(
    { documentId }: ThreadRecord,
    asked: TurnRequest,
    person: Identity,
  ): Promise<NotebookDescription | null> {
    const { around, files, openModel } = this.#deps;
    const document = documentId === null ? null : await this.#open(documentId);
    if (document === null) return null;
    const hold = document.hold();
    try {
      const question = { text: asked.text, selection: selectionIn(asked), person };
      return await describeNotebook(question, document, {
        around,
        files,
        model: await openModel(asked.model),
      });
    } catch (error) {
      if (error instanceof ChatError) return null;
      throw error;
    } finally {
      hold.release();
    }
  }

  async #open(documentId: string): Promise<SharedDocument | null> {
    try {
      return await this.#deps.documents.open(documentId);
    } catch (error) {
      if (error instanceof DocumentError) return null;
      throw error;
    }
  }
}

function situationOf(documentId: string | null, identity: DocumentIdentity | null): Situation {
  if (documentId === null) return { type: 'free' };
  return identity === null ? { type: 'deleted' } : { type: 'notebook', path: identity.path };
}

function selectionIn({ selected_cells: cellIds, selected_text: marked }: TurnRequest): SelectionView | null {
  const activeCellId = marked?.cell_id ?? cellIds[0] ?? null;
  return activeCellId === null ? null : { activeCellId, cellIds, text: marked?.text ?? null };
}
