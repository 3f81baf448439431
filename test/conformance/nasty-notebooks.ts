import { expect } from 'vitest';

/** Small notebooks whose outputs are hard to keep: each is run for real by nbclient and folded by us. */
export interface NastyNotebook {
  readonly cells: readonly string[];
  /**
   * By cell, the outputs of ours that differ from nbclient's on purpose, with the row of server/runs/SPEC.md that says so.
   * Streams that join and control characters differ everywhere and are levelled out before comparing.
   */
  readonly differences?: Readonly<Record<number, { readonly rule: string; readonly ours: unknown }>>;
}

const stdout = (text: string) => ({ output_type: 'stream', name: 'stdout', text });
const shown = (text: string) => ({ output_type: 'display_data', data: { 'text/plain': text }, metadata: {} });

/** A message that IPython itself would not send. */
const SAY = `
from IPython import get_ipython
kernel = get_ipython().kernel
def say(message_type, **content):
    kernel.session.send(kernel.iopub_socket, message_type, content, parent=kernel.get_parent("shell"), ident=b"raw")
`;

export const NASTY_NOTEBOOKS: Readonly<Record<string, NastyNotebook>> = {
  'streams that join, overwrite and cross': {
    cells: [
      'print("one"); print("two", end=""); print(); print("no end", end="")',
      'import sys\nfor i in range(6):\n    print(i, end=" ", flush=True)\n    print(i, file=sys.stderr, flush=True)',
      'import sys, time\nfor i in range(0, 101, 5):\n    print(f"\\r{i:3d}% {\'#\' * (i // 5)}", end="", flush=True)\n    time.sleep(0.002)\nprint()',
      'for c in "|/-\\\\" * 5:\n    print("\\b" + c, end="", flush=True)\nprint("\\b\\b\\b\\bdone")',
      'print("win\\r\\ndows\\r", end="", flush=True); print("\\nmixed\\r\\n", end="", flush=True); print("long line\\rshort")',
      'print("a\\tb\\x1b[31mred\\x1b[0m 😀é\\u2028\\x00end")',
      'pass',
      'for i in range(5000):\n    print("line", i)\n    if i % 7 == 0: sys.stdout.flush()',
    ],
  },
  'clearing, now and later': {
    cells: [
      'from IPython.display import clear_output, display\nimport sys\nfor i in range(5):\n    clear_output(wait=True)\n    print(i, flush=True)',
      'print("gone"); clear_output(); print("kept")',
      'print("stays", flush=True); clear_output(wait=True)',
      'print("1", flush=True); clear_output(wait=True); clear_output(); print("2", flush=True); print("3")',
      'display(1); clear_output(wait=True); display(2); print("x", flush=True); clear_output(wait=True); 1 / 0',
      'print("a", flush=True); print("b", file=sys.stderr, flush=True); clear_output(); print("c", file=sys.stderr, flush=True); print("d")',
      'print("half a li", end="", flush=True); clear_output(wait=True); print("ne")\n"result"',
    ],
  },
  'displays that change afterwards': {
    cells: [
      'from IPython.display import display, update_display, clear_output, HTML\nhandle = display("first", display_id="shared")',
      'display("own", display_id="own"); print("between"); display("second", display_id="shared"); display("again", display_id="shared")',
      'handle.update("third"); update_display("own two", display_id="own"); update_display("nobody", display_id="unknown")',
      'display("to be cleared", display_id="cleared"); display("kept id", display_id="kept"); clear_output(); print("empty")',
      'display("x", display_id="late", metadata={"isolated": True}); clear_output(wait=True)',
      'update_display("no effect", display_id="cleared"); update_display("y", display_id="late"); display("z", display_id="kept")',
      'for i in range(50):\n    update_display(i, display_id="own", metadata={"i": i})',
      'display(HTML("<b>html</b>"), display_id="own")\ndisplay({"text/plain": "raw", "application/json": {"a": [1, None, {}]}}, raw=True, metadata={"application/json": {"expanded": True}})',
    ],
  },
  'results, errors and pages': {
    cells: [
      '40 + 2',
      '_ + 1; _',
      'print("before"); raise ValueError("é\\n\\x1b[0m")',
      'def deep(n):\n    return 1 / n if n == 0 else deep(n - 1)\ntry:\n    deep(3)\nexcept ZeroDivisionError as error:\n    raise RuntimeError("outer") from error',
      'this is no Python',
      'class Loud:\n    def _repr_html_(self): return "<i>loud</i>"\n    def _repr_mimebundle_(self, include=None, exclude=None):\n        return {"text/plain": "loud", "application/x-own+json": {"n": 1}}, {"text/plain": {"m": 2}}\nLoud()',
      'len?',
      'import sys; print("out"); print("err", file=sys.stderr); sys.exit(3)',
      '%%html\n<p>magic</p>',
      'from IPython.display import Image, display\ndisplay(Image(data=bytes(range(256)), format="png", width=3))',
    ],
    differences: {
      6: {
        rule: 'M4',
        ours: [
          {
            output_type: 'display_data',
            data: { 'text/plain': expect.stringContaining('number of items') as string },
            metadata: {},
          },
        ],
      },
    },
  },
  'output widgets': {
    cells: [
      'import ipywidgets\nfrom IPython.display import clear_output, display\none, two = ipywidgets.Output(), ipywidgets.Output()\ndisplay(one)\nprint("cell")',
      'with one:\n    print("first"); print("second")\n    display("rich")\nprint("outside")\nwith one:\n    print("\\r10%", end="", flush=True); print("\\r20%", end="", flush=True)',
      'with one:\n    clear_output(wait=True)\n    print("new")\n    with two:\n        print("inner")\n    print("outer again")',
      'with two:\n    raise KeyError("in a widget")',
      'with two:\n    clear_output()\n    print("only this", flush=True)\none.clear_output(); print("cell")',
      '@one.capture(clear_output=True, wait=True)\ndef captured(n):\n    print("captured", n)\nfor n in range(3): captured(n)\n"result of the cell"',
      'with one:\n    display("in widget", display_id="w")\ndisplay("in cell", display_id="c")\nupdate = display.__globals__["update_display"]\nwith one:\n    pass\nupdate("updated", display_id="c")',
    ],
  },
  'widgets where nbclient goes another way': {
    cells: [
      'import ipywidgets\nfrom IPython.display import display, update_display\nout = ipywidgets.Output()\ndisplay("1", display_id="id")',
      'display("2", display_id="id")\nwith out:\n    update_display("3", display_id="id")',
      'out.msg_id = kernel_id = __import__("IPython").get_ipython().kernel.get_parent("shell")["header"]["msg_id"]\nprint("captured", flush=True)\nout.close()\nprint("not lost", flush=True)',
    ],
    differences: {
      1: { rule: 'D4', ours: [shown("'2'")] },
      2: { rule: 'W6', ours: [stdout('not lost\n')] },
    },
  },
  'what talks on after its cell': {
    cells: [
      'import asyncio\nasync def talk():\n    for i in range(3):\n        await asyncio.sleep(0.05)\n        print("task", i, flush=True)\ntask = asyncio.ensure_future(talk())\nprint("main")',
      'print("next", flush=True)\nawait task\nprint("end")',
      'import threading, time\ndef talk():\n    for i in range(3):\n        time.sleep(0.05)\n        print("thread", i, flush=True)\nthread = threading.Thread(target=talk)\nthread.start()\nprint("main")',
      'print("next", flush=True)\nthread.join()\nprint("end")',
    ],
    differences: {
      0: { rule: 'R4', ours: [stdout('main\ntask 0\ntask 1\ntask 2\n')] },
    },
  },
  'a kernel with manners of its own': {
    cells: [
      SAY,
      'say("execute_result", execution_count=99, data={"text/plain": "result"}, metadata={}, transient={"display_id": "id"})\nsay("display_data", data={"text/plain": "shown"}, metadata={}, transient={"display_id": "id"}, extra=1)',
      'say("update_display_data", data={"text/plain": "updated"}, metadata={}, transient={"display_id": "id"})\nsay("update_display_data", data={"text/plain": "nothing"}, metadata={}, transient={})',
      'say("stream", name="stdout", text="")\nsay("stream", name="other", text="strange\\n")\nsay("stream", name="other", text="\\b\\b!")\nsay("display_data", data={}, metadata={}, transient=None)',
      'say("clear_output", wait=True)\nsay("error", ename="E", evalue="", traceback=[])\nsay("of_tomorrow", x=1)\nsay("status", execution_state="busy")',
    ],
    differences: {
      1: {
        rule: 'D3',
        ours: [{ ...shown('result'), output_type: 'execute_result', execution_count: 99 }, shown('updated')],
      },
    },
  },
};
