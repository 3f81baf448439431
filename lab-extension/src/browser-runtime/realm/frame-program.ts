import type { HtmlDisplay } from '../../../../kernel-bridge/hosted/html/html-display.ts';
import { closeDoors } from './close-doors.ts';
import { displayMain } from './display-main.ts';
import { formatArguments } from './format-arguments.ts';
import { formatValue } from './format-value.ts';
import { realmMain } from './realm-main.ts';
import { createCellRunner } from './run-cells.ts';

/**
 * The programs of frames, as text: a sandboxed frame can load nothing, and a saved display must run where no server of ours is.
 * So each part is a function that uses nothing outside itself, and is handed the others.
 */
export function realmProgram(): string {
  return `(${String(realmMain)})(window, ${parts({ formatValue, formatArguments, closeDoors, createCellRunner })})`;
}

/** A function's text; called with the display, it shows it. */
export function displayProgram(): string {
  const shared = parts({ formatValue, closeDoors, createCellRunner });
  return `(display => (${String(displayMain)})(window, ${shared}, display))`;
}

export function displayCall(display: HtmlDisplay, program = displayProgram()): string {
  return `${program}(${JSON.stringify(display)})`;
}

function parts(functions: Record<string, (...given: never[]) => unknown>): string {
  return `{${Object.entries(functions)
    .map(([name, part]) => `${name}: ${String(part)}`)
    .join(',')}}`;
}
