# For a stock jupyter_server whose kernels In the Loop is to run, as its gateway. Give it the address that In the Loop
# prints when it is ready:
#
#   IN_THE_LOOP_URL='http://127.0.0.1:8888/lab?token=...' jupyter lab --config=jupyter_config/jupyter_gateway_config.py
#
# Files and sessions stay with that server; kernels, their messages and their log are In the Loop's.
import os
from urllib.parse import parse_qs, urlsplit, urlunsplit

address = urlsplit(os.environ.get("IN_THE_LOOP_URL", "http://127.0.0.1:8888/"))
base_path = address.path.removesuffix("/lab").removesuffix("/tree").rstrip("/")

c = get_config()  # noqa: F821 (defined by traitlets where this file is run)
c.GatewayClient.url = urlunsplit((address.scheme, address.netloc, base_path, "", ""))
c.GatewayClient.auth_token = parse_qs(address.query).get("token", [os.environ.get("JUPYTER_GATEWAY_AUTH_TOKEN", "")])[0]
