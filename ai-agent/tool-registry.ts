import { z } from 'zod';
import type { ToolDescription } from './chat-model.ts';
import type { ToolCall } from './message.ts';
import { parseArguments } from './parse-arguments.ts';
import type { Tool } from './tool.ts';

/** A call that can be carried out, or what the model is to put right. */
export type ParsedCall = { readonly tool: Tool; readonly arguments: unknown } | { readonly problem: string };

/** The tools that a model is offered. */
export class ToolRegistry {
  readonly #tools = new Map<string, Tool>();

  constructor(tools: readonly Tool[] = []) {
    for (const tool of tools) this.register(tool);
  }

  /** @throws TypeError where there is one of this name, no provider would take the name, or its arguments are no object */
  register<Arguments>(tool: Tool<Arguments>): void {
    if (!/^\w{1,64}$/.test(tool.name)) throw new TypeError(`No name for a tool: ${tool.name}`);
    if (this.#tools.has(tool.name)) throw new TypeError(`Two tools of the name ${tool.name}`);
    argumentsSchemaOf(tool);
    this.#tools.set(tool.name, tool);
  }

  find(name: string): Tool | undefined {
    return this.#tools.get(name);
  }

  /** In the order of registration, so that a provider may keep what it has read of a request. */
  descriptions(): readonly ToolDescription[] {
    return [...this.#tools.values()].map((tool) => ({
      name: tool.name,
      description: tool.description,
      argumentsSchema: argumentsSchemaOf(tool),
    }));
  }

  parse({ toolName, argumentsText }: ToolCall): ParsedCall {
    // Some models write the name as their prompt's format has it.
    const tool = this.#tools.get(toolName) ?? this.#tools.get(toolName.replace(/^functions?\./, ''));
    if (!tool) {
      const names = [...this.#tools.keys()].join(', ');
      return { problem: `There is no tool ${JSON.stringify(toolName)}. The tools are: ${names}.` };
    }
    const parsed = parseArguments(tool.schema, argumentsText);
    if ('problem' in parsed) {
      return {
        problem: `${parsed.problem}\nNothing was done. Call ${tool.name} again with arguments put right.`,
      };
    }
    return { tool, arguments: parsed.value };
  }
}

/** By schema, since tools are made anew for each notebook and person, and their schemas are not. */
const argumentsSchemas = new WeakMap<z.ZodType, ToolDescription['argumentsSchema']>();

function argumentsSchemaOf({
  name,
  schema,
}: Pick<Tool, 'name' | 'schema'>): ToolDescription['argumentsSchema'] {
  const known = argumentsSchemas.get(schema);
  if (known) return known;
  const described: Record<string, unknown> = z.toJSONSchema(schema, { io: 'input' });
  delete described.$schema;
  if (described.type !== 'object') throw new TypeError(`The arguments of ${name} are no object`);
  argumentsSchemas.set(schema, described);
  return described;
}
