"""What JavaScript calls."""

import json
import os
import random

from .kernel import Kernel
from .themes import provide_themes


def start(host, environment):
    """Functions: for a message, for an interrupt of what waits, and for the moment from which it may speak."""
    os.environ.update(json.loads(environment))
    # All that start from one snapshot would draw the same numbers.
    random.seed()
    provide_themes()
    kernel = Kernel(host)

    def receive(channel, header, metadata, content, buffers):
        kernel.receive(channel, header, metadata, content, [as_bytes(part) for part in buffers])

    return receive, kernel.interrupts.interrupt_waiting, kernel.begin


def as_bytes(part):
    return part.to_py() if hasattr(part, "to_py") else part
