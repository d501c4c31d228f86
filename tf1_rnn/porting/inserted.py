"""The functions that the rule makes an old program call, as `__tf1_rnn__.number(x)`."""

import functools

from tf1_rnn.porting import imports
from tf1_rnn.porting.habits import assign, key, method, number, text
from tf1_rnn.porting.imports import by_name, import_by_name
from tf1_rnn.porting.process import compiler, executed

__all__ = [
    "assign",
    "by_name",
    "compiler",
    "executed",
    "import_by_name",
    "key",
    "method",
    "number",
    "text",
]

tensorflow_by_name = functools.partial(by_name, rule=imports.v1_name)
import_tensorflow_by_name = functools.partial(import_by_name, rule=imports.v1_name)
