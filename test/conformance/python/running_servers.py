"""What `jupyter server list` shows."""

import json

from jupyter_server.serverapp import list_running_servers

print(json.dumps([server["url"] for server in list_running_servers()]))
