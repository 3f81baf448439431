"""The kernel: requests in, in their order; replies and outputs out."""

import asyncio
import contextvars
import sys
from collections import deque

from .answers import ANSWERS
from .comms import provide_comms
from .input import Input
from .interrupts import Interrupts
from .packages import Packages
from .request import Request
from .session import Session
from .shell import make_shell
from .sleep import provide_sleep
from .streams import OutputStream

class Kernel:
    """`host` is JavaScript's side, see kernel-host.ts; `configured` has packagesUrl, indexUrls and memory."""

    def __init__(self, host, configured):
        self.host = host
        self.memory = configured["memory"]
        self.interrupts = Interrupts(self._tick)
        self.session = Session(host.post, self.interrupts)
        # A task of a cell keeps that cell's parent, also when another cell runs.
        self._task_parent = contextvars.ContextVar("parent", default=None)
        self._latest_parent = None
        self._requests = deque()
        self._answering = False
        self._streams = [OutputStream(*names, self.session, self.parent) for names in (("stdout", 1), ("stderr", 2))]
        self.session.before_each.extend(stream.flush for stream in self._streams)
        sys.stdout, sys.stderr = self._streams
        self.input = Input(self, host)
        self.packages = Packages(host, configured["packagesUrl"], configured["indexUrls"])
        self.shell = make_shell(self)
        provide_sleep(host, self.flush)
        self.comms = provide_comms(self)

    def begin(self):
        self.publish("status", {"execution_state": "starting"})

    def parent(self):
        """The header of the request that what is said now belongs to; None before the first."""
        return self._task_parent.get() or self._latest_parent

    def get_parent(self):
        """By its name in ipykernel: ipywidgets ask it whose outputs they are to take."""
        header = self.parent()
        return {"header": header} if header else {}

    def publish(self, msg_type, content, metadata=None, buffers=None):
        self.session.send("iopub", msg_type, content, self.parent(), metadata, buffers)

    def ask(self, content):
        self.session.send("stdin", "input_request", content, self.parent())

    def flush(self):
        for stream in self._streams:
            stream.add_written(self.host)
            stream.flush()

    def _tick(self):
        for stream in self._streams:
            if stream.overdue():
                stream.flush()

    def receive(self, channel, header, metadata, content, buffers):
        """From JavaScript; all but the buffers as JSON."""
        request = Request(channel, header, metadata, content, buffers)
        if channel == "stdin":
            self.input.answered(request.content.get("value", ""))
        elif channel == "control":
            asyncio.ensure_future(self._answer(request))
        else:
            self._requests.append(request)
            if not self._answering:
                self._answering = True
                asyncio.ensure_future(self._answer_all())

    async def abort_what_waits(self):
        """After a failed execution: the ones that were asked for before anybody could hear of it are not run."""
        # While it computed, nothing was heard.
        await self.host.afterWhatWaits()
        for request in self._requests:
            request.aborted = request.type == "execute_request"

    async def _answer_all(self):
        try:
            while self._requests:
                await self._answer(self._requests.popleft())
        finally:
            self._answering = False

    async def _answer(self, request):
        token = self._task_parent.set(request.header)
        if request.channel == "shell":
            self._latest_parent = request.header
        self.publish("status", {"execution_state": "busy"})
        try:
            await self._reply(request)
        finally:
            self.publish("status", {"execution_state": "idle"})
            self._task_parent.reset(token)

    async def _reply(self, request):
        answer = ANSWERS.get(request.type)
        if answer is None:
            self.host.log("unknown message: " + request.type)
            return
        if request.aborted:
            content = {"status": "aborted"}
        else:
            try:
                content = await answer(self, request)
            except Exception as error:
                self.shell.showtraceback()
                content = {"status": "error", "ename": type(error).__name__, "evalue": str(error), "traceback": []}
        if content is not None:
            self.session.send(request.channel, request.reply_type, content, request.header)
