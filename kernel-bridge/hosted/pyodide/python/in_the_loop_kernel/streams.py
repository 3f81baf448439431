"""`sys.stdout` and `sys.stderr`, whose text is published some times a second and not write by write."""

import io
import time

# Between two messages of one stream, unless it is flushed by name.
INTERVAL = 0.1
# Text that waits; more is published at once.
MOST = 1 << 18


class OutputStream(io.TextIOBase):
    """Text is published at the first write after a pause, then at most once an interval; `overdue` helps where nobody writes."""

    encoding = "utf-8"
    errors = "strict"

    def __init__(self, name, descriptor, session, current_parent):
        super().__init__()
        self.name = "<{}>".format(name)
        self._stream = name
        self._descriptor = descriptor
        self._session = session
        self._current_parent = current_parent
        self._texts = []
        self._size = 0
        self._parent = None
        self._published = 0.0
        self._publishing = False

    def writable(self):
        return True

    def isatty(self):
        return False

    def fileno(self):
        return self._descriptor

    def write(self, text):
        if not isinstance(text, str):
            raise TypeError("write() argument must be str, not {}".format(type(text).__name__))
        if not text:
            return 0
        parent = self._current_parent()
        if self._texts and parent is not self._parent:
            self.flush()
        self._parent = parent
        self._texts.append(text)
        self._size += len(text)
        if self._size > MOST or (text.endswith("\n") and self.overdue()):
            self.flush()
        return len(text)

    def add_written(self, host):
        """What libraries and `os.write` sent past Python's own streams."""
        self.write(str(host.takeWritten(self._descriptor)))

    def overdue(self):
        return bool(self._texts) and time.monotonic() - self._published >= INTERVAL

    def flush(self):
        # A signal's handler may come here while this runs.
        if not self._texts or self._publishing:
            return
        self._publishing = True
        try:
            texts, self._texts, self._size = self._texts, [], 0
            text = "".join(texts)
            self._session.send_now("iopub", "stream", {"name": self._stream, "text": text}, self._parent)
            self._published = time.monotonic()
        finally:
            self._publishing = False
