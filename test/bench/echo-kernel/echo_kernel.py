"""A kernel that answers at once, so that a benchmark measures the server and not Python's work.

The code of an execution is "COUNT SIZE": publish COUNT display_data of SIZE bytes, then reply.
"""
import datetime
import hashlib
import hmac
import json
import sys
import uuid

import zmq

with open(sys.argv[1]) as connection_file:
    info = json.load(connection_file)
context = zmq.Context()
session = uuid.uuid4().hex
sent = 0


def bind(kind, channel):
    socket = context.socket(kind)
    socket.set_hwm(0)
    separator = "-" if info["transport"] == "ipc" else ":"
    socket.bind(f"{info['transport']}://{info['ip']}{separator}{info[channel + '_port']}")
    return socket


shell, control, stdin = (bind(zmq.ROUTER, channel) for channel in ("shell", "control", "stdin"))
iopub, heartbeat = bind(zmq.PUB, "iopub"), bind(zmq.REP, "hb")


def send(socket, identities, kind, parent, content):
    global sent
    sent += 1
    header = {
        "msg_id": f"{session}_{sent}",
        "msg_type": kind,
        "username": "echo",
        "session": session,
        "version": "5.3",
        "date": datetime.datetime.now(datetime.timezone.utc).isoformat(),
    }
    parts = [json.dumps(part).encode() for part in (header, parent, {}, content)]
    signature = hmac.new(info["key"].encode(), b"".join(parts), hashlib.sha256).hexdigest().encode()
    socket.send_multipart([*identities, b"<IDS|MSG>", signature, *parts], copy=False)


def publish(kind, parent, content):
    send(iopub, [kind.encode()], kind, parent, content)


def answer(socket, identities, header, content):
    kind = header["msg_type"]
    if kind == "execute_request":
        count, size = (int(word) for word in content["code"].split())
        publish("execute_input", header, {"code": content["code"], "execution_count": 1})
        body = "x" * size
        for _ in range(count):
            publish("display_data", header, {"data": {"text/plain": body}, "metadata": {}, "transient": {}})
        reply = {"status": "ok", "execution_count": 1, "user_expressions": {}, "payload": []}
    elif kind == "kernel_info_request":
        language = {"name": "echo", "version": "1", "mimetype": "text/plain", "file_extension": ".txt"}
        reply = {
            "status": "ok",
            "protocol_version": "5.3",
            "implementation": "echo",
            "implementation_version": "1",
            "language_info": language,
            "banner": "",
            "help_links": [],
        }
    else:
        reply = {"status": "ok", "restart": content.get("restart", False)}
    send(socket, identities, kind.replace("_request", "_reply"), header, reply)


poller = zmq.Poller()
for socket in (shell, control, heartbeat):
    poller.register(socket, zmq.POLLIN)
publish("status", {}, {"execution_state": "starting"})
running = True
while running:
    for socket, _ in poller.poll():
        if socket is heartbeat:
            heartbeat.send(heartbeat.recv())
            continue
        frames = socket.recv_multipart()
        start = frames.index(b"<IDS|MSG>")
        header, content = json.loads(frames[start + 2]), json.loads(frames[start + 5])
        publish("status", header, {"execution_state": "busy"})
        answer(socket, frames[:start], header, content)
        publish("status", header, {"execution_state": "idle"})
        running = running and header["msg_type"] != "shutdown_request"
context.destroy(linger=500)
