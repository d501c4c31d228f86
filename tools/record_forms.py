"""Record what the notebooks, programs and packages of tests/porting/forms print under 1.15.5.

python tools/record_forms.py [NAME ...]

The notebooks need a kernel in the oracle: `.oracle/bin/python -m pip install ipykernel`.
"""

import os
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from tests.porting import forms
from tools import oracle

# 1.15.5's kernel is silent, and Colab's magic is one of Colab's.
_START = (
    "import warnings; warnings.simplefilter('ignore'); import tensorflow; "
    "tensorflow.compat.v1.logging.set_verbosity('ERROR'); del tensorflow, warnings; "
    "get_ipython().register_magic_function(lambda line: None, 'line', 'tensorflow_version')"
)


def of_notebook(name):
    """Return what a notebook shows in a kernel of the oracle."""
    import nbformat
    from jupyter_client.kernelspec import KernelSpec
    from jupyter_client.manager import AsyncKernelManager
    from nbclient import NotebookClient

    class Oracle(AsyncKernelManager):
        @property
        def kernel_spec(self):
            command = [oracle.python(), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
            command.append(f"--IPKernelApp.exec_lines={_START}")
            return KernelSpec(argv=command, display_name="1.15.5", language="python")

    path = os.path.join(forms.FOLDER, "notebooks", f"{name}.ipynb")
    notebook = nbformat.read(path, as_version=4)
    with tempfile.TemporaryDirectory() as folder:
        client = NotebookClient(notebook, km=Oracle(), resources={"metadata": {"path": folder}})
        client.execute(env=dict(oracle.environment(), TF_CPP_MIN_LOG_LEVEL="3"))
    return forms.shown(notebook)


def of_program(folder, command, path=()):
    """Return what a program prints under the oracle.

    Args:
        folder: the folder beneath `forms`.
        command: the script and its arguments.
        path: folders of `forms/packages` to import from.
    """
    paths = [os.path.join(forms.FOLDER, "packages", each) for each in path]
    environment = dict(oracle.environment(), PYTHONPATH=os.pathsep.join(paths))
    environment.update(TF_CPP_MIN_LOG_LEVEL="3", PYTHONWARNINGS="ignore")
    with tempfile.TemporaryDirectory() as copy:
        shutil.copytree(os.path.join(forms.FOLDER, folder), copy, dirs_exist_ok=True)
        return subprocess.run(
            [oracle.python(), *command],
            cwd=copy,
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        ).stdout


RECORDED = {
    "towers": lambda: of_program("programs", ["towers.py"]),
    "pool": lambda: of_program("programs", ["pool.py"]),
    "use_editable": lambda: of_program(
        "packages", ["use_editable.py"], ["char_model/src", "old_tagger", "forecaster"]
    ),
    "use_installed": lambda: of_program(
        "packages", ["use_installed.py"], ["old_cells", "old_attention", "Old.Metrics"]
    ),
    **{name: (lambda name=name: of_notebook(name)) for name in forms.NOTEBOOKS},
}


def main(names):
    """Write what each form prints under `forms/expected`."""
    for name in names or RECORDED:
        prints = RECORDED[name]()
        with open(os.path.join(forms.FOLDER, "expected", f"{name}.txt"), "w") as file:
            file.write(prints)
        print(name)


if __name__ == "__main__":
    main(sys.argv[1:])
