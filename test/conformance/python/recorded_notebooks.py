"""nbclient runs notebooks; writes what it made of each, and before that all that its kernel said, a JSON line each.

Its arguments are the file to write, for kernels may do what they like with a pipe that they inherit, and a JSON file: {"<name>": ["<source of a cell>", ...], ...}. Cells have the ids "0", "1", ...
"""

import json
import sys
from datetime import datetime

from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook


def as_sent(value):
    """Dates as ipykernel wrote them, before jupyter_client read them; buffers have no place in JSON."""
    return value.strftime("%Y-%m-%dT%H:%M:%S.%fZ") if isinstance(value, datetime) else None


def write(line):
    recording.write(json.dumps(line, default=as_sent) + "\n")


class RecordedClient(NotebookClient):
    """Tells every request and every message of iopub and shell in the order in which nbclient took them."""

    async def async_start_new_kernel_client(self):
        client = await super().async_start_new_kernel_client()
        for channel in (client.iopub_channel, client.shell_channel):
            self.record(channel)
        execute = client.execute

        def recorded_execute(*arguments, **options):
            request_id = execute(*arguments, **options)
            write({"name": self.name, "request": request_id, "cell": self.running})
            return request_id

        client.execute = recorded_execute
        return client

    def record(self, channel):
        get_message = channel.get_msg

        async def recorded_get_message(*arguments, **options):
            message = await get_message(*arguments, **options)
            write({"name": self.name, "message": message})
            return message

        channel.get_msg = recorded_get_message


recording = open(sys.argv[1], "w", encoding="utf-8")
with open(sys.argv[2], encoding="utf-8") as file:
    notebooks = json.load(file)
# ipykernel 7 at times leaves a request lying that came beside a comm message, until nbclient interrupts it after that time.
for name, sources in notebooks.items():
    cells = [new_code_cell(source, id=str(index)) for index, source in enumerate(sources)]
    client = RecordedClient(new_notebook(cells=cells), kernel_name="python3", allow_errors=True, timeout=20)
    client.name = name
    client.on_cell_execute = lambda cell, cell_index, client=client: setattr(client, "running", cell.id)
    client.execute()
    widgets = {
        comm_id: state["outputs"] for comm_id, state in client.widget_state.items() if "outputs" in state
    }
    write({"name": name, "cells": client.nb.cells, "widgets": widgets})
recording.close()
