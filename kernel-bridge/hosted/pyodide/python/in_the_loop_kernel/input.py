"""`input()` and `getpass()`: a question to whoever sent the cell, and the wait for the answer."""

import builtins
import getpass
import json

REMEDY = (
    "input() cannot wait for an answer here: the page's server does not isolate it, so that it has no shared memory, "
    "and this browser cannot suspend WebAssembly. Give the value in the cell, or run the notebook with another kernel."
)


class StdinNotImplementedError(NotImplementedError):
    """The name that Jupyter's kernels give this error."""


class Input:
    def __init__(self, kernel, host):
        self._kernel = kernel
        self._host = host
        self._answer = None
        self.allowed = False
        builtins.input = self.input
        getpass.getpass = self.getpass

    def input(self, prompt=""):
        return self._ask(str(prompt), False)

    def getpass(self, prompt="Password: ", stream=None, **_others):
        return self._ask(str(prompt), True)

    def answered(self, value):
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(value)

    def _ask(self, prompt, password):
        if not self.allowed:
            raise StdinNotImplementedError("raw_input was called, but this frontend does not support input requests.")
        blocks = self._host.canBlock()
        if not blocks and not _can_suspend():
            raise StdinNotImplementedError(REMEDY)
        self._kernel.ask({"prompt": prompt, "password": password})
        return self._blocked() if blocks else self._suspended()

    def _blocked(self):
        while True:
            # Between two waits an interrupt is heard.
            answer = self._host.waitForInput(100)
            if answer is not None and str(answer) != "":
                return json.loads(str(answer)).get("value", "")

    def _suspended(self):
        import asyncio

        from pyodide.ffi import run_sync

        self._answer = asyncio.get_event_loop().create_future()
        self._kernel.interrupts.await_from(self)
        try:
            answer = run_sync(self._answer)
        finally:
            self._kernel.interrupts.await_from(None)
            self._answer = None
        if answer is None:
            raise KeyboardInterrupt
        return answer

    def interrupt(self):
        # An exception would also be shown by the event loop.
        self.answered(None)


def _can_suspend():
    try:
        from pyodide.ffi import can_run_sync
    except ImportError:
        return False
    return can_run_sync()
