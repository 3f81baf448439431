"""Ctrl-C: in a program that computes, in one that waits, and where nothing runs."""

import asyncio
import signal

# Sent by the host's side of the signal buffer some times a second while a program computes.
TICK = 14


class Interrupts:
    """KeyboardInterrupt is raised in users' code alone, never in the kernel's own."""

    def __init__(self, tick):
        self._tick = tick
        self._waiting = None
        self._held_back = False
        signal.signal(signal.SIGINT, self._on_idle)
        signal.signal(TICK, self._on_tick)

    def interrupt_waiting(self):
        """Code that awaits something. Whoever computes has the signal."""
        if self._waiting is not None:
            self._waiting.interrupt()

    def run(self, coroutine):
        """An awaitable that runs users' code, which an interrupt ends wherever it is."""
        return _Interruptible(self, coroutine)

    def __enter__(self):
        """Within, an interrupt waits: a message is said whole."""
        self._interruptible = signal.getsignal(signal.SIGINT) is signal.default_int_handler
        if self._interruptible:
            signal.signal(signal.SIGINT, self._hold_back)

    def __exit__(self, *_error):
        if not self._interruptible:
            return
        self._interruptible = False
        signal.signal(signal.SIGINT, signal.default_int_handler)
        if self._held_back:
            self._held_back = False
            raise KeyboardInterrupt

    def compute(self, step, given):
        """One step of users' code, until it awaits something. Python's own handler leaves no trace in tracebacks."""
        signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            return step(given)
        finally:
            signal.signal(signal.SIGINT, self._on_idle)

    def await_from(self, waiting):
        self._waiting = waiting

    def _on_idle(self, _number, _frame):
        self.interrupt_waiting()

    def _hold_back(self, _number, _frame):
        self._held_back = True

    def _on_tick(self, _number, _frame):
        self._tick()


class _Interruptible:
    def __init__(self, interrupts, coroutine):
        self._interrupts = interrupts
        self._coroutine = coroutine
        self._interrupted = False
        self._task = None

    def interrupt(self):
        self._interrupted = True
        self._task.cancel()

    def __await__(self):
        self._task = asyncio.current_task()
        steps = self._coroutine.__await__()
        step, given = steps.send, None
        while True:
            try:
                waits_for = self._interrupts.compute(step, given)
            except StopIteration as stop:
                return stop.value
            self._interrupts.await_from(self)
            try:
                given = yield waits_for
                step = steps.send
            except BaseException as error:
                step, given = steps.throw, error
                if self._interrupted and isinstance(error, asyncio.CancelledError):
                    self._interrupted = False
                    given = KeyboardInterrupt()
            finally:
                self._interrupts.await_from(None)
