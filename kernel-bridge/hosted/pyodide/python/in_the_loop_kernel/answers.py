"""One function for each message that a kernel answers."""

import platform

import IPython

from .completion import complete
from .execution import execute
from .history import history
from .session import PROTOCOL_VERSION


async def kernel_info(kernel, request):
    return {
        "status": "ok",
        "protocol_version": PROTOCOL_VERSION,
        "implementation": "in_the_loop_pyodide",
        "implementation_version": IPython.__version__,
        "language_info": {
            "name": "python",
            "version": platform.python_version(),
            "mimetype": "text/x-python",
            "codemirror_mode": {"name": "ipython", "version": 3},
            "pygments_lexer": "ipython3",
            "nbconvert_exporter": "python",
            "file_extension": ".py",
        },
        "banner": kernel.shell.banner,
        "help_links": [],
        "supported_features": [],
        "debugger": False,
    }


async def inspect(kernel, request):
    from IPython.utils.tokenutil import token_at_cursor

    content = request.content
    code = content.get("code", "")
    name = token_at_cursor(code, content.get("cursor_pos", len(code)))
    reply = {"status": "ok", "found": False, "data": {}, "metadata": {}}
    try:
        reply["data"] = kernel.shell.object_inspect_mime(name, detail_level=content.get("detail_level", 0))
        reply["found"] = True
    except KeyError:
        # There is no such name.
        pass
    return reply


async def is_complete(kernel, request):
    status, indent = kernel.shell.input_transformer_manager.check_complete(request.content.get("code", ""))
    reply = {"status": status}
    if status == "incomplete":
        reply["indent"] = " " * (indent or 0)
    return reply


async def shutdown(kernel, request):
    restart = bool(request.content.get("restart"))
    content = {"status": "ok", "restart": restart}
    kernel.publish("shutdown_reply", content)
    kernel.session.send(request.channel, "shutdown_reply", content, request.header)
    kernel.publish("status", {"execution_state": "idle"})
    kernel.host.ended()


async def interrupt(kernel, request):
    kernel.interrupts.interrupt_waiting()
    return {"status": "ok"}


async def comm_info(kernel, request):
    wanted = request.content.get("target_name")
    return {
        "status": "ok",
        "comms": {
            comm_id: {"target_name": comm.target_name}
            for comm_id, comm in kernel.comms.comms.items()
            if wanted in (None, "", comm.target_name)
        },
    }


def _comm(name):
    async def handle(kernel, request):
        getattr(kernel.comms, name)(None, None, request.as_message())

    return handle


ANSWERS = {
    "kernel_info_request": kernel_info,
    "execute_request": execute,
    "complete_request": complete,
    "inspect_request": inspect,
    "history_request": history,
    "is_complete_request": is_complete,
    "comm_info_request": comm_info,
    "comm_open": _comm("comm_open"),
    "comm_msg": _comm("comm_msg"),
    "comm_close": _comm("comm_close"),
    "shutdown_request": shutdown,
    "interrupt_request": interrupt,
}
