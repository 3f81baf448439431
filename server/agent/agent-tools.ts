import { ToolRegistry } from '../../ai-agent/tool-registry.ts';
import type { AgentPlace, ToolMaker } from './agent-place.ts';

/** All that an agent can do in a place. */
export function agentTools(place: AgentPlace, makers: readonly ToolMaker[]): ToolRegistry {
  return new ToolRegistry(makers.flatMap((make) => make(place)));
}
