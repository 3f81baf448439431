import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { AgentMachine } from '../../kernel-bridge/agent/agent-protocol.ts';
import { agentMachineSchema } from './agent-says.ts';

const presenceSchema = z.object({
  machineId: z.string(),
  machine: agentMachineSchema,
  lastSeen: z.number(),
});

/** Which machine came with a key last, and when: for people, while it is away and after a restart. */
export interface Presence {
  readonly machineId: string;
  readonly machine: AgentMachine;
  /** Milliseconds since the epoch. */
  readonly lastSeen: number;
}

const FILE = 'presence.json';

/** Null where nobody came, or what is there cannot be read: it is not needed. */
export function readPresence(folder: string): Presence | null {
  try {
    return presenceSchema.parse(JSON.parse(readFileSync(join(folder, FILE), 'utf8')));
  } catch {
    return null; // It is written anew when the machine comes.
  }
}

export function writePresence(folder: string, presence: Presence): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, `${FILE}.new`), JSON.stringify(presence), { mode: 0o600 });
  renameSync(join(folder, `${FILE}.new`), join(folder, FILE));
}
