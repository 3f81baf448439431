"""What cells show: results, displays and their updates."""

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher


class Publisher(DisplayPublisher):
    """`display()`, `update_display()` and `clear_output()`."""

    kernel = None

    def publish(self, data, metadata=None, *, source=None, transient=None, update=False, buffers=None, **_others):
        content = {"data": data, "metadata": metadata or {}, "transient": transient or {}}
        self.kernel.publish("update_display_data" if update else "display_data", content, buffers=buffers)

    def clear_output(self, wait=False):
        self.kernel.publish("clear_output", {"wait": bool(wait)})


class ResultHook(DisplayHook):
    """The value of a cell's last expression."""

    kernel = None

    def start_displayhook(self):
        self._content = {}

    def write_output_prompt(self):
        self._content["execution_count"] = self.prompt_count

    def write_format_data(self, format_dict, md_dict=None):
        self._content["data"] = format_dict
        self._content["metadata"] = md_dict or {}

    def finish_displayhook(self):
        content, self._content = self._content, {}
        if content.get("data"):
            self.kernel.publish("execute_result", content)
