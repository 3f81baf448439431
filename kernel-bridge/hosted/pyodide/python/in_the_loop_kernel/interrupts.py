"""Ctrl-C: in a program that computes, in one that waits, and where nothing runs."""

import signal

# Sent by the host's side of the signal buffer some times a second while a program computes.
TICK = 14


class Interrupts:
    """KeyboardInterrupt is raised in users' code alone, never in the kernel's own."""

    def __init__(self, tick):
        self._tick = tick
        self._running = False
        self._waiting = None
        signal.signal(signal.SIGINT, self._on_interrupt)
        signal.signal(TICK, self._on_tick)

    def _on_tick(self, _number, _frame):
        self._tick()

    def _on_interrupt(self, _number, _frame):
        if self._running:
            raise KeyboardInterrupt
        self.interrupt_waiting()

    def interrupt_waiting(self):
        """To code that awaits something: whoever computes has the signal."""
        waiting = self._waiting
        if waiting is not None:
            waiting.interrupt()

    def run(self, coroutine):
        """An awaitable that runs users' code, whose waiting an interrupt ends."""
        return _Interruptible(self, coroutine)


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
        import asyncio

        self._task = asyncio.current_task()
        steps = self._coroutine.__await__()
        step, given = steps.send, None
        while True:
            self._interrupts._running = True
            self._interrupts._waiting = None
            try:
                waits_for = step(given)
            except StopIteration as stop:
                return stop.value
            finally:
                self._interrupts._running = False
            self._interrupts._waiting = self
            try:
                given = yield waits_for
                step = steps.send
            except BaseException as error:
                step, given = steps.throw, error
                if self._interrupted and isinstance(error, asyncio.CancelledError):
                    self._interrupted = False
                    given = KeyboardInterrupt()
            finally:
                self._interrupts._waiting = None
