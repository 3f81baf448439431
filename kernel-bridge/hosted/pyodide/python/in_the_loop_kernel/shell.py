"""IPython's shell with our outputs in place of a terminal's."""

import sys

from IPython.core import page, payloadpage
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Any, Type

from .display import Publisher, ResultHook
from .remedies import remedy_for


class Shell(InteractiveShell):
    displayhook_class = Type(ResultHook)
    display_pub_class = Type(Publisher)
    kernel = Any()

    def __init__(self, kernel, **others):
        # Its constructor already makes what shows things.
        self._kernel_at_start = kernel
        super().__init__(kernel=kernel, **others)

    def init_display_pub(self):
        super().init_display_pub()
        self.display_pub.kernel = self._kernel_at_start

    def init_displayhook(self):
        super().init_displayhook()
        self.displayhook.kernel = self._kernel_at_start

    def init_hooks(self):
        super().init_hooks()
        self.set_hook("show_in_pager", page.as_hook(payloadpage.page), 99)

    def init_virtualenv(self):
        """There is none, and looking for one costs."""

    def init_history(self):
        # Its database wants a thread, which WebAssembly has not; what is in memory serves `%history` and `In`.
        self.config.HistoryManager.enabled = False
        super().init_history()

    def enable_gui(self, gui=None):
        """Figures are shown when a cell ends; there is no event loop of windows."""

    def set_next_input(self, text, replace=False):
        self.payload_manager.write_payload(
            {"source": "set_next_input", "text": text, "replace": replace}
        )

    def ask_exit(self):
        self.exit_now = True
        self.payload_manager.write_payload({"source": "ask_exit", "keepkernel": False})

    def _showtraceback(self, etype, evalue, stb):
        note = remedy_for(self.kernel, evalue)
        if note:
            stb = list(stb) + ["\n" + note]
        content = {"ename": etype.__name__, "evalue": str(evalue), "traceback": stb}
        self.kernel.publish("error", content)
        self._last_traceback = stb

    def system(self, cmd):
        raise OSError("no programs can be run here (%r): this Python runs in WebAssembly" % self.var_expand(cmd, depth=2))

    system_piped = system_raw = system

    def getoutput(self, cmd, split=True, depth=0):
        self.system(cmd)


def make_shell(kernel):
    # The user's names are those of `__main__`, so that pickle and `%run` find them.
    main = sys.modules["__main__"]
    shell = Shell.instance(kernel=kernel, user_module=main, user_ns=main.__dict__)
    shell.autoawait = True
    shell.input_transformers_post.append(kernel.packages.transform)
    shell.events.register("post_execute", kernel.flush)
    return shell
