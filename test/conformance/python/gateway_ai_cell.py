"""nbclient with a gateway's kernel manager: a notebook of the cells that are given, or with one that a model answers."""

import functools
import json
import sys

import nbformat
from jupyter_server.gateway import managers
from jupyter_server.gateway.gateway_client import GatewayClient
from nbclient import NotebookClient

url, token, *given = sys.argv[1:]
GatewayClient.instance().url = url
GatewayClient.instance().auth_token = token
# jupyter_server's GatewayKernelClient sends the token with REST requests only, not with its websocket.
managers.websocket.create_connection = functools.partial(
    managers.websocket.create_connection, header=[f"Authorization: token {token}"]
)

sources = given or ["word = 'plover'", "%%ai openai:gpt-5.1\nWhat is a {word}?", "print(word)"]
notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
NotebookClient(notebook, timeout=40, kernel_name="python3", kernel_manager_class=managers.GatewayKernelManager).execute()
nbformat.validate(notebook)
shown = [[output.get("data") or output["text"] for output in cell["outputs"]] for cell in notebook.cells]
print(json.dumps({"shown": shown, "counts": [cell["execution_count"] for cell in notebook.cells]}))
