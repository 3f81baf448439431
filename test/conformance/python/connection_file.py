"""Attaches to a running kernel by its connection file alone, as `jupyter console --existing` does."""

import json
import sys

from jupyter_client import BlockingKernelClient

client = BlockingKernelClient(connection_file=sys.argv[1])
client.load_connection_file()
client.start_channels()
client.wait_for_ready(timeout=30)
printed = []
reply = client.execute_interactive(
    "print('from a connection file'); shared",
    timeout=30,
    output_hook=lambda message: printed.append(message["content"]),
)
client.stop_channels()
print(json.dumps({"status": reply["content"]["status"], "printed": printed}))
