"""A cell, from its code to its reply."""

import sys


async def execute(kernel, request):
    content = request.content
    code = content.get("code", "")
    silent = bool(content.get("silent"))
    store_history = bool(content.get("store_history", not silent)) and not silent
    shell = kernel.shell
    if not silent:
        kernel.publish("execute_input", {"code": code, "execution_count": shell.execution_count})
    kernel.input.allowed = bool(content.get("allow_stdin"))
    result = await _run(kernel, code, silent, store_history, request.metadata.get("cellId"))
    kernel.flush()
    error = result.error_before_exec or result.error_in_exec
    # It has grown by one if this one is stored.
    reply = {"execution_count": shell.execution_count - (1 if store_history else 0)}
    if error is None:
        reply["status"] = "ok"
        reply["user_expressions"] = shell.user_expressions(content.get("user_expressions") or {})
    else:
        reply["status"] = "error"
        reply["ename"] = type(error).__name__
        reply["evalue"] = str(error)
        reply["traceback"] = getattr(shell, "_last_traceback", None) or []
        reply["user_expressions"] = {}
        if content.get("stop_on_error", True):
            await kernel.abort_what_waits()
    reply["payload"] = shell.payload_manager.read_payload()
    shell.payload_manager.clear_payload()
    if getattr(shell, "exit_now", False):
        kernel.session.send(request.channel, "execute_reply", reply, request.header)
        kernel.publish("status", {"execution_state": "idle"})
        kernel.host.ended()
        return None
    return reply


async def _run(kernel, code, silent, store_history, cell_id):
    shell = kernel.shell
    try:
        transformed, problem = shell.transform_cell(code), None
    except Exception:
        transformed, problem = code, sys.exc_info()
    await kernel.packages.load_for(transformed, lambda text: _tell(kernel, text))
    return await kernel.interrupts.run(
        shell.run_cell_async(
            code,
            store_history=store_history,
            silent=silent,
            transformed_cell=transformed,
            preprocessing_exc_tuple=problem,
            cell_id=cell_id,
        )
    )


def _tell(kernel, text):
    """What is loaded; gone when the cell's first output comes."""
    if text is None:
        kernel.publish("clear_output", {"wait": True})
    else:
        kernel.publish("stream", {"name": "stdout", "text": text})
