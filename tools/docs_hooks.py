"""What the documentation site takes from the code while it is built (a hook of MkDocs).

On a line of its own in a page, `::source tf1_rnn/variants.py lstm` becomes the source of that
function, and `::tutorial LSTM` a code block of the tutorial as it was published. Equations in LaTeX
stand one a line between two lines `$$`, symbols between two `$`; both become MathML, so that the
page needs no script and no other host.
"""

import ast
import pathlib
import re
import sys

from latex2mathml.converter import convert

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tf1_rnn.baseline import document  # noqa: E402


def on_page_markdown(markdown, page, **_):
    """Put sources, the tutorial's blocks and equations into a page."""
    markdown = re.sub(r"^::source (\S+) (\S+)$", _source, markdown, flags=re.M)
    markdown = re.sub(r"^::tutorial (\S+)$", _tutorial, markdown, flags=re.M)
    markdown = re.sub(r"^\$\$\n(.+?)\n\$\$$", _equations, markdown, flags=re.M | re.S)
    return re.sub(r"(?<![\w`$])\$([^$\n`]+)\$(?![\w$])", _symbol, markdown)


def _source(match):
    text = (ROOT / match.group(1)).read_text(encoding="utf-8")
    node = next(
        node for node in ast.parse(text).body if getattr(node, "name", None) == match.group(2)
    )
    return f"```python\n{ast.get_source_segment(text, node)}\n```"


def _tutorial(match):
    return f"```python\n{getattr(document, match.group(1)).rstrip()}\n```"


def _symbol(match):
    return convert(match.group(1))


def _equations(match):
    lines = [convert(line, display="block") for line in match.group(1).split("\n")]
    return '<div class="equations">\n' + "\n".join(lines) + "\n</div>"
