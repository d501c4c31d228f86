"""Runs a notebook without a browser, in a kernel of this Python, and keeps its outputs."""

import asyncio
import atexit
import contextlib
import os
import signal
import sys

from tf1_rnn import files
from tf1_rnn.errors import RunError
from tf1_rnn.porting import notebooks

_NEEDED = "a notebook runs in Jupyter's kernel; install it with: pip install 'tf1_rnn[notebook]'"
_SECONDS_TO_START = 600  # the kernel imports TensorFlow, which takes minutes on a busy machine
# The entry in the metadata of an executed notebook that names its writer.
_KEY = "tf1_rnn"
_KERNEL_ARGUMENTS = [
    "--log-level=ERROR",
    # Not --ext: a notebook that loads the extension itself would print that it is loaded.
    "--IPKernelApp.exec_lines=__import__('tf1_rnn').load_ipython_extension(get_ipython())",
]


def run(path, output=None, in_place=False, force=False, program="tf1-rnn run"):
    """Run a notebook and write it with its outputs.

    Args:
        path: the notebook, which stays as it is unless it is `output` too.
        output: where to write; by default NAME.out.ipynb next to the notebook.
        in_place: write over the notebook.
        force: write over a file that no earlier run wrote.
        program: what stands before a message.

    Returns:
        0, 1 if a cell failed, or 130 and 143 after Ctrl-C and SIGTERM; what ran until then is
        written.

    Raises:
        RunError: it cannot be run or written.
    """
    notebooks.Notebook(path)  # reports what is wrong with it
    output = path if in_place else output or f"{os.path.splitext(path)[0]}.out.ipynb"
    try:
        import nbformat
        from nbclient import exceptions

        client = _client(path, nbformat.read(path, as_version=4))
    except ModuleNotFoundError as error:
        raise RunError(_NEEDED) from error
    if not in_place and not force:
        _refuse_to_overwrite(output)
    folder = os.path.dirname(os.path.abspath(output))
    if not os.access(folder, os.W_OK):  # reported now, not after hours of training
        raise RunError(f"{output}: cannot be written: there is no folder {folder} to write to")
    code = 0
    try:
        client.execute(env=_environment())
    except exceptions.CellExecutionError as error:
        print(f"{_where(path, client.nb)}{error.ename}: {error.evalue}", file=sys.stderr)
        code = 1
    except RuntimeError as error:  # DeadKernelError is one; so is that of a kernel that starts
        atexit.unregister(client._cleanup_kernel)  # done; a second time it ends in a traceback
        if client.stopped_by is None and not isinstance(error, exceptions.DeadKernelError):
            raise RunError(f"{path}: the notebook's kernel did not start: {error}") from error
        code = 128 + client.stopped_by if client.stopped_by else 1
        told = "stopped by Ctrl-C or SIGTERM" if client.stopped_by else "the kernel died"
        print(f"{program}: {path}: {told}; the outputs so far are kept", file=sys.stderr)
    client.nb.metadata[_KEY] = {"run": os.path.basename(path)}
    try:
        with files.writing(output) as file:
            nbformat.write(client.nb, file)
    except OSError as error:
        raise RunError(f"{output}: cannot be written: {error.strerror}") from error
    print(f"wrote {output}")
    return code


def _client(path, notebook):
    """Return the client that runs the notebook and shows what it prints."""
    from ipykernel.kernelspec import make_ipkernel_cmd
    from jupyter_client.kernelspec import KernelSpec
    from jupyter_client.manager import AsyncKernelManager
    from nbclient import NotebookClient

    class ThisPython(AsyncKernelManager):
        """Starts the kernel in this Python, whatever kernel the notebook names."""

        @property
        def kernel_spec(self):
            command = make_ipkernel_cmd(extra_arguments=_KERNEL_ARGUMENTS)
            return KernelSpec(argv=command, display_name="Python 3", language="python")

    class Shown(NotebookClient):
        """Prints what the cells print, while they run, and ends on a signal."""

        stopped_by = None

        async def async_start_new_kernel(self, **kwargs):
            self.watch_signals()
            await super().async_start_new_kernel(**kwargs)
            if self.stopped_by:  # before there was a kernel to end
                await self.km.shutdown_kernel(now=True)

        def watch_signals(self):
            loop = asyncio.get_running_loop()
            with contextlib.suppress(RuntimeError):  # only the main thread may do this
                for number in (signal.SIGINT, signal.SIGTERM):
                    loop.add_signal_handler(number, self.stop, number)

        def stop(self, number):
            self.stopped_by = number
            self.ending = asyncio.ensure_future(self.km.shutdown_kernel(now=True))

        def process_message(self, msg, cell, cell_index):
            if msg["msg_type"] == "stream":
                content = msg["content"]
                print(content["text"], end="", file=getattr(sys, content["name"]), flush=True)
            elif msg["msg_type"] == "error":
                print("\n".join(msg["content"]["traceback"]), file=sys.stderr)
            return super().process_message(msg, cell, cell_index)

    folder = os.path.dirname(os.path.abspath(path))
    return Shown(
        notebook,
        km=ThisPython(),
        timeout=None,
        startup_timeout=_SECONDS_TO_START,
        resources={"metadata": {"path": folder}},
    )


def _environment():
    """Return the kernel's environment, in which `!python` is this Python."""
    folder = os.path.dirname(sys.executable)
    return dict(os.environ, PATH=os.pathsep.join([folder, os.environ.get("PATH", os.defpath)]))


def _where(path, notebook):
    """Return `PATH: cell N: ` for the cell that failed."""
    for number, cell in enumerate(notebook.cells, 1):
        if any(each.output_type == "error" for each in cell.get("outputs", ())):
            return f"{path}: cell {number}: "
    return f"{path}: "


def _refuse_to_overwrite(output):
    """Raise a RunError if a notebook exists that was not written by such a run."""
    if not os.path.exists(output):
        return
    import nbformat

    try:
        written = nbformat.read(output, as_version=4).metadata.get(_KEY)
    except Exception:  # not even a notebook
        written = None
    if not written:
        raise RunError(
            f"{output} exists, and no run of a notebook wrote it: give another name with "
            "--output=, or add --force to overwrite it"
        )
