"""jupyter-kernel-client: a kernel over REST and a websocket, as agents and scripts use it."""

import json
import sys

from jupyter_kernel_client import JupyterKernelClient

server_url, token = sys.argv[1:3]
with JupyterKernelClient(server_url=server_url, token=token) as kernel:
    reply = kernel.execute("x = 20 + 22\nprint(x)")
    error = kernel.execute("1/0")
    kernel.set_variable("handed", [1, 2, 3])
    value = kernel.get_variable("handed")
    names = [variable["name"] for variable in kernel.list_variables()]
    kernel.restart()
    after = kernel.execute("x")
print(
    json.dumps(
        {
            "status": reply["status"],
            "outputs": reply["outputs"],
            "error": error["outputs"][0]["ename"],
            "value": value,
            "names": sorted(names),
            "after_restart": after["outputs"][0]["ename"],
        }
    )
)
