import type { Authorize } from '../auth/authorize.ts';
import type { AgentFiles } from './agent-files.ts';
import type { ToolMaker } from './agent-place.ts';
import { listDirectory } from './tools/list-directory.ts';
import { readFile } from './tools/read-file.ts';

/** What reads the files beside a notebook; conversations about none have it too. */
export function fileTools(files: AgentFiles, authorize: Authorize): ToolMaker {
  return (place) => [readFile(files, place, authorize), listDirectory(files, place, authorize)];
}
