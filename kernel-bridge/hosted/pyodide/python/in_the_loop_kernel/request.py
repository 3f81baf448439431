"""A message that somebody sent to the kernel."""

import json


class Request:
    def __init__(self, channel, header, metadata, content, buffers):
        self.channel = channel
        self.header = json.loads(header)
        self.metadata = json.loads(metadata)
        self.content = json.loads(content)
        self.buffers = buffers
        self.aborted = False

    @property
    def type(self):
        return self.header.get("msg_type", "")

    @property
    def reply_type(self):
        return self.type.replace("_request", "_reply")

    def as_message(self):
        """As Jupyter's libraries know it, which handle comms."""
        return {
            "header": self.header,
            "parent_header": {},
            "metadata": self.metadata,
            "content": self.content,
            "buffers": self.buffers,
            "msg_id": self.header.get("msg_id"),
            "msg_type": self.type,
        }
