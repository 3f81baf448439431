"""nbclient with a gateway's kernel manager: a whole notebook is run on kernels of a remote server."""

import functools
import json
import sys

import nbformat
from jupyter_server.gateway import managers
from jupyter_server.gateway.gateway_client import GatewayClient
from nbclient import NotebookClient

url, token = sys.argv[1:3]
GatewayClient.instance().url = url
GatewayClient.instance().auth_token = token
# jupyter_server's GatewayKernelClient sends the token with REST requests only, not with its websocket.
managers.websocket.create_connection = functools.partial(
    managers.websocket.create_connection, header=[f"Authorization: token {token}"]
)

notebook = nbformat.v4.new_notebook(
    cells=[
        nbformat.v4.new_code_cell("import sys\nprint('on the gateway')"),
        nbformat.v4.new_code_cell("sum(range(10))"),
        nbformat.v4.new_code_cell("for i in range(300): print(i)"),
        nbformat.v4.new_code_cell("from IPython.display import HTML; HTML('<b>x</b>')"),
    ]
)
NotebookClient(notebook, timeout=40, kernel_name="python3", kernel_manager_class=managers.GatewayKernelManager).execute()
outputs = [cell["outputs"] for cell in notebook.cells]
print(
    json.dumps(
        {
            "printed": outputs[0][0]["text"],
            "result": outputs[1][0]["data"]["text/plain"],
            "lines": sum(output["text"].count("\n") for output in outputs[2]),
            "html": outputs[3][0]["data"]["text/html"],
        }
    )
)
