"""Old code in the forms that people have it in, and what it prints under TensorFlow 1.15.5.

`notebooks` are run by a kernel, `programs` start processes, `packages` are installed; `expected`
holds their prints, which `tools/record_forms.py` records.
"""

import os

FOLDER = os.path.dirname(os.path.abspath(__file__))
NOTEBOOKS = sorted(name[:-6] for name in os.listdir(os.path.join(FOLDER, "notebooks")))


def expected(name):
    """Return what a form printed under 1.15.5."""
    with open(os.path.join(FOLDER, "expected", name + ".txt"), encoding="utf-8") as file:
        return file.read()


def shown(notebook):
    """Return what a notebook's cells printed and showed, as text.

    Times, which differ from run to run, and the log are left out.
    """
    lines = []
    for cell in notebook["cells"]:
        for output in cell.get("outputs", ()):
            text = output.get("text") or output.get("data", {}).get("text/plain")
            text = text or f"{output.get('ename')}: {output.get('evalue')}"
            text = text if isinstance(text, str) else "".join(text)
            if output.get("name") != "stderr":
                lines += text.splitlines()
    left_out = ("CPU times:", "Wall time:", "TensorFlow 1.x selected", "INFO:tensorflow")
    return "".join(f"{line.rstrip()}\n" for line in lines if line and not line.startswith(left_out))
