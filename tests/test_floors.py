"""Every import of the package, compared with the order of layers in CONTRIBUTING.md."""

import ast
import pathlib
import re

import pytest

ROOT = pathlib.Path(__file__).parent.parent
PACKAGE = ROOT / "tf1_rnn"


def floors():
    """Return the table of CONTRIBUTING.md, highest layer first: each a list of sets of modules."""
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    table = r"\| layer \| packages and modules \|\n.*?---.*?\n((?: *\|.*\n)+)"
    rows = re.search(table, text).group(1)
    rooms = [row.split("|")[2].split(",") for row in rows.splitlines()]
    return [[set(re.findall(r"`([\w.]+)`", room)) for room in row] for row in rooms]


FLOORS = floors()


def modules():
    """Yield each module of the package, by its name without `tf1_rnn.`, and its file."""
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


MODULES = dict(modules())


def place(module):
    """Return the floor of a module, counted from the top, and its room; None if it has none."""
    places = [
        (len(name), floor, rooms.index(room))
        for floor, rooms in enumerate(FLOORS)
        for room in rooms
        for name in room
        if f"{module}.".startswith(f"{name}.")
    ]
    return max(places)[1:] if places else None


def imports(source, module, is_package=False):
    """Yield the line and the module of this package, without `tf1_rnn.`, of every import.

    Relative imports are resolved, and names that are modules (`from tf1_rnn import fast`) count as
    those modules. A path in `importlib.import_module("tf1_rnn...")` counts as well.
    """
    package = ["tf1_rnn", *module.split(".")] if module else ["tf1_rnn"]
    package = package if is_package else package[:-1]
    for node in ast.walk(ast.parse(source)):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*base, *([node.module] if node.module else [])])
            names = [f"{base}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "import_module":
            first = node.args[0]
            names = [first.value] if isinstance(getattr(first, "value", None), str) else []
        for name in names:
            if name == "tf1_rnn" or name.startswith("tf1_rnn."):
                yield node.lineno, _as_module(name[len("tf1_rnn.") :])


def _as_module(name):
    """Return the longest beginning of a dotted name that is a module: `console` of `console.x`."""
    while name and name not in MODULES:
        name = name.rpartition(".")[0]
    return name


def breaches(module, source, is_package=False):
    """Return a line for each import that goes up, or across to another room of the floor."""
    found = []
    for line, imported in imports(source, module, is_package):
        if not imported or not module:  # the package itself holds only its version
            continue
        (floor, room), (other_floor, other_room) = place(module), place(imported)
        if other_floor < floor or (other_floor == floor and other_room != room):
            found.append(f"{module}, line {line}: imports {imported}")
    return found


def test_every_module_has_a_floor():
    assert [name for name in MODULES if name and place(name) is None] == []


def test_every_room_of_the_table_exists():
    named = {name for floor in FLOORS for room in floor for name in room}
    assert named <= set(MODULES)


def test_no_module_imports_from_a_higher_floor_or_another_room():
    found = []
    for module, path in MODULES.items():
        found += breaches(module, path.read_text("utf-8"), path.name == "__init__.py")
    assert found == []


def test_the_package_itself_imports_nothing():
    tree = ast.parse(MODULES[""].read_text("utf-8"))
    # IPython calls these two from outside, for `%load_ext tf1_rnn`.
    doors = ("load_ipython_extension", "unload_ipython_extension")
    tree.body = [node for node in tree.body if getattr(node, "name", None) not in doors]
    assert list(imports(ast.unparse(tree), "", True)) == []


PRIVATE = re.compile(r"(?:^\s*(?:from|import)\s+|import_module\(\s*[\"'])tensorflow\.python", re.M)


def test_private_tensorflow_is_imported_only_where_contributing_says():
    users = {module for module, path in MODULES.items() if PRIVATE.search(path.read_text("utf-8"))}
    assert {module for module in users if not module.startswith("v1.")} == {"exporting.functions"}
    assert "v1._moved.nest" in users and "v1._repairs" in users  # both ways to import are found


@pytest.mark.parametrize(
    "module, source, imported",
    [
        ("cells.gru", "from tf1_rnn.fast import scan", "fast.scan"),
        ("cells.gru", "from tf1_rnn.fast.scan import anything", "fast.scan"),
        ("cells.gru", "def f():\n    from tf1_rnn import fast", "fast"),
        ("cells.gru", "from .. import fast", "fast"),
        ("cells.gru", "from ..fast import scan", "fast.scan"),
        ("cells.gru", "import tf1_rnn.main as main", "main"),
        ("cells.gru", "import importlib\nimportlib.import_module('tf1_rnn.v1')", "v1"),
        ("trainer.plan", "from tf1_rnn.porting import check", "porting.check"),
        ("fast.scan", "from tf1_rnn import checkpoints", "checkpoints"),
        ("console", "from tf1_rnn import errors", "errors"),
        ("graphs", "from tf1_rnn import exporting", "exporting"),
        ("baseline.cases", "from tf1_rnn.baseline import __main__", "baseline.__main__"),
    ],
)
def test_an_import_that_goes_up_or_across_is_found(module, source, imported):
    (found,) = breaches(module, source)
    assert found.endswith(f"imports {imported}")


@pytest.mark.parametrize(
    "module, source",
    [
        ("fast.scan", "from tf1_rnn import cells"),
        ("fast.scan", "from . import loops"),
        ("graphs", "def f():\n    from tf1_rnn import variants"),
        ("main", "from tf1_rnn import __version__\nimport tensorflow"),
        ("baseline.__main__", "from tf1_rnn.baseline import trace"),
    ],
)
def test_an_import_that_goes_down_or_stays_is_none(module, source):
    assert breaches(module, source) == []


@pytest.mark.parametrize("room", ["cells", "fast", "trainer", "variants", "baseline"])
def test_no_private_module_of_tensorflow_is_imported(room):
    for module, path in MODULES.items():
        if module.partition(".")[0] != room:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not [n for n in names if re.match(r"(tensorflow\.python|keras|tf_keras)\b", n)]
