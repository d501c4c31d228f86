"""Which modules are the user's own."""

import importlib.util
import os
import sys

from tf1_rnn.porting import finder, imports


def load(name, folder, monkeypatch, packages=()):
    """Say whether a module under `folder`, on `sys.path`, is loaded with the rule applied."""
    found = finder.UserFinder(imports.compile_user_source, packages)
    monkeypatch.setattr(sys, "path", [str(folder), *sys.path])
    spec = found.find_spec(name)
    return isinstance(getattr(spec, "loader", None), finder.UserLoader)


def test_a_users_module_is_compiled_with_the_rule_and_leaves_no_byte_code(tmp_path, monkeypatch):
    (tmp_path / "own_module.py").write_text("x = int('5')\n")
    assert load("own_module", tmp_path, monkeypatch)
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
    assert not load("library", tmp_path, monkeypatch)
    assert load("library", tmp_path, monkeypatch, ["library"])
    assert not load("library", tmp_path, monkeypatch, ["lib"])
    assert not load("math", tmp_path, monkeypatch)
    assert not load("no_such_module", tmp_path, monkeypatch)


def test_what_is_installed_through_links_is_not_the_users(tmp_path, monkeypatch):
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


def test_other_finders_are_asked_and_what_they_find_is_ported(tmp_path, monkeypatch):
    (tmp_path / "hidden.py").write_text("x = 1\n")

    class Editable:  # as `pip install -e` leaves one
        def find_spec(self, name, path=None, target=None):
            if name == "only_by_finder":
                return importlib.util.spec_from_file_location(name, tmp_path / "hidden.py")

    ours = finder.UserFinder(imports.compile_user_source)
    monkeypatch.setattr(sys, "meta_path", [ours, *sys.meta_path, Editable(), object()])
    assert type(ours.find_spec("only_by_finder").loader) is finder.UserLoader
    assert ours.find_spec("no_such_module_at_all") is None
    assert ours.find_spec("sys").origin == "built-in"


def test_modules_imported_before_are_left(tmp_path):
    ours = finder.UserFinder(imports.compile_user_source, left=["early"])
    path = str(tmp_path / "early.py")
    assert not ours.is_ported("early", path) and ours.is_ported("late", path)
    assert __name__ in finder.imported_user_modules()
    assert "os" not in finder.imported_user_modules()


def test_folders_of_installed_packages_are_told_by_what_pip_leaves_in_them(tmp_path, monkeypatch):
    for name in ("target", "project"):
        (tmp_path / name / "library").mkdir(parents=True)
    (tmp_path / "target" / "library-1.0.dist-info").mkdir()
    (tmp_path / "project" / "library.egg-info").mkdir()
    paths = [str(tmp_path / name) for name in ("target", "project", "nowhere")]
    monkeypatch.setattr(sys, "path", [*paths, *sys.path])
    monkeypatch.setattr(finder, "_INSTALLED", finder._installed_folders())
    assert not finder.is_user_file(str(tmp_path / "target" / "library" / "a.py"))
    assert finder.is_user_file(str(tmp_path / "project" / "library" / "a.py"))
    for name in ("tensorflow", "numpy"):
        assert not finder.is_user_file(importlib.util.find_spec(name).origin)
