import type { Pyodide } from './pyodide.ts';

const PAGE = 65_536;

/**
 * Refuses to let Python's memory grow beyond `bytes`: Emscripten takes that for an engine that has no more, and Python raises
 * MemoryError. False where a distribution is too old for that.
 */
export function limitMemory(pyodide: Pyodide, bytes: number): boolean {
  const memory = pyodide._module.memory ?? pyodide._module.wasmMemory;
  if (!memory) return false;
  const grow = memory.grow.bind(memory);
  memory.grow = (pages) => {
    if (memory.buffer.byteLength + pages * PAGE > bytes)
      throw new RangeError('the limit of memory is reached');
    return grow(pages);
  };
  return true;
}
