"""`time.sleep`, which elsewhere hears signals and shows what was printed before it."""

import time

# Between two looks at signals.
MOST = 0.05


def provide_sleep(host, flush):
    asleep = time.sleep

    def sleep(seconds):
        if seconds < 0:
            raise ValueError("sleep length must be non-negative")
        flush()
        end = time.monotonic() + seconds
        while True:
            rest = end - time.monotonic()
            if rest <= 0:
                return
            part = min(rest, MOST)
            if not host.sleep(part * 1000):
                asleep(part)

    sleep.__doc__ = asleep.__doc__
    time.sleep = sleep
