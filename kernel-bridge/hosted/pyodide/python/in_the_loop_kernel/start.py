"""What JavaScript calls."""

import json
import os
import random

from . import old_python  # noqa: F401
from .kernel import Kernel
from .themes import provide_themes


def start(host, configuration):
    """Functions: for a message, for an interrupt of what waits, and for the moment from which it may speak."""
    configured = json.loads(configuration)
    os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    os.environ.update(configured["environment"])
    # All that start from one snapshot would draw the same numbers.
    random.seed()
    provide_themes()
    kernel = Kernel(host, configured)

    def receive(channel, header, metadata, content, buffers):
        kernel.receive(channel, header, metadata, content, [as_bytes(part) for part in buffers])

    return receive, kernel.interrupts.interrupt_waiting, kernel.begin


def as_bytes(part):
    return part.to_py() if hasattr(part, "to_py") else part
