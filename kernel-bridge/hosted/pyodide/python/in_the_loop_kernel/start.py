"""What JavaScript calls."""

from .kernel import Kernel


def start(host):
    """Functions: for a message, for an interrupt of what waits, and for the moment from which it may speak."""
    kernel = Kernel(host)

    def receive(channel, header, metadata, content, buffers):
        kernel.receive(channel, header, metadata, content, [as_bytes(part) for part in buffers])

    return receive, kernel.interrupts.interrupt_waiting, kernel.begin


def as_bytes(part):
    return part.to_py() if hasattr(part, "to_py") else part
