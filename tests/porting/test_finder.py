"""Which modules are the user's own."""

import os
import sys

from tf1_rnn.porting import finder, imports


def load(name, folder, monkeypatch, packages=()):
    """Return how a module under `folder`, on `sys.path`, is loaded."""
    found = finder.UserFinder(imports.compile_user_source, packages)
    monkeypatch.setattr(sys, "path", [str(folder), *sys.path])
    spec = found.find_spec(name)
    return None if spec is None else type(spec.loader)


def test_a_users_module_is_compiled_with_the_rule_and_leaves_no_byte_code(tmp_path, monkeypatch):
    (tmp_path / "own_module.py").write_text("x = int('5')\n")
    assert load("own_module", tmp_path, monkeypatch) is finder.UserLoader
    monkeypatch.setattr(
        sys, "meta_path", [finder.UserFinder(imports.compile_user_source), *sys.meta_path]
    )
    import own_module

    monkeypatch.delitem(sys.modules, "own_module")
    assert own_module.__tf1_rnn__ and own_module.x == 5
    assert os.listdir(tmp_path) == ["own_module.py"]


def test_what_is_installed_is_ported_only_by_name(tmp_path, monkeypatch):
    (tmp_path / "library.py").write_text("")
    monkeypatch.setattr(finder, "_INSTALLED", (str(tmp_path) + os.sep,))
    assert load("library", tmp_path, monkeypatch) is None
    assert load("library", tmp_path, monkeypatch, ["library"]) is finder.UserLoader
    assert load("library", tmp_path, monkeypatch, ["lib"]) is None
    assert load("math", tmp_path, monkeypatch) is None
    assert load("no_such_module", tmp_path, monkeypatch) is None


def test_what_is_installed_behind_links_is_not_the_users(tmp_path, monkeypatch):
    library, own = tmp_path / "store" / "library.py", tmp_path / "own.py"
    library.parent.mkdir()
    for path in (library, own):
        path.write_text("")
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "library.py").symlink_to(library)
    monkeypatch.setattr(finder, "_INSTALLED", (str(tmp_path / "site") + os.sep,))
    assert not finder.is_user_file(str(tmp_path / "site" / "library.py"))
    assert finder.is_user_file(str(own))
    assert not finder.is_user_file("<frozen importlib._bootstrap>")
