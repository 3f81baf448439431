"""What the kernel says: headers, JSON, and the order of text before whatever is said after it."""

import datetime
import json
import math
import uuid
from base64 import b64encode

PROTOCOL_VERSION = "5.4"


class Session:
    """Says messages to the host, which gets each part as JSON."""

    def __init__(self, post, whole):
        """`whole`: a context in which nothing interrupts."""
        self.id = uuid.uuid4().hex
        self._post = post
        self._whole = whole
        self._count = 0
        # Streams: their text goes first, so that nothing overtakes what was printed before it.
        self.before_each = []

    def send(self, channel, msg_type, content, parent, metadata=None, buffers=None):
        """`parent` is the header of the request that it belongs to, as a dict; None for none."""
        for flush in self.before_each:
            flush()
        self.send_now(channel, msg_type, content, parent, metadata, buffers)

    def send_now(self, channel, msg_type, content, parent, metadata=None, buffers=None):
        """As `send`, for what is printed text itself."""
        with self._whole:
            self._count += 1
            header = {
                "msg_id": "{}_{}".format(self.id, self._count),
                "msg_type": msg_type,
                "username": "",
                "session": self.id,
                "date": now(),
                "version": PROTOCOL_VERSION,
            }
            parts = (to_json(part) for part in (header, parent or {}, metadata or {}, content))
            self._post(channel, *parts, buffers or None)


def now():
    return datetime.datetime.now(datetime.timezone.utc).isoformat().replace("+00:00", "Z")


def to_json(value):
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False, default=_foreign)
    except (ValueError, TypeError):
        return json.dumps(_cleaned(value), ensure_ascii=False, default=_foreign)


def _foreign(value):
    """What JSON does not know, as `jupyter_client` writes it."""
    if isinstance(value, datetime.datetime):
        return value.isoformat()
    if isinstance(value, (bytes, bytearray, memoryview)):
        return b64encode(bytes(value)).decode("ascii")
    if isinstance(value, (set, frozenset, tuple)):
        return list(value)
    for convert in ("__json__", "tolist"):
        if hasattr(value, convert):
            return getattr(value, convert)()
    return repr(value)


def _cleaned(value):
    """Numbers that are none in JSON, and keys that are no text, as text."""
    if isinstance(value, float) and not math.isfinite(value):
        return repr(value)
    if isinstance(value, dict):
        return {key if isinstance(key, str) else str(key): _cleaned(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_cleaned(item) for item in value]
    return value
