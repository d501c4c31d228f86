"""Every command of the README and of the documentation runs as it is typed.

The commands of the README are processes of their own; on other pages `tf1-rnn` has imported
TensorFlow beforehand.
"""

import pytest

from tests.docs import commands


@pytest.mark.timeout(900)  # a page may train and export several models
@pytest.mark.parametrize(
    "page",
    [page for page in commands.PAGES if commands.commands_of((commands.ROOT / page).read_text())],
)
def test_commands_run(page, tmp_path, tmp_path_factory):
    programs = (
        [] if page == "README.md" else [commands.preload(tmp_path_factory.mktemp("programs"))]
    )
    commands.run(commands.commands_of((commands.ROOT / page).read_text()), tmp_path, programs)


def test_what_counts_as_a_command():
    page = (
        "```console\n$ one\noutput\n$ two \\\n    more\n```\n"
        "<!-- not run by the tests: it waits -->\n```console\n$ three\n```\n```\n$ four\n```\n"
    )
    assert commands.commands_of(page) == ["one", "two     more"]


def test_a_failing_command_is_shown(tmp_path):
    with pytest.raises(AssertionError, match="no such thing"):
        commands.run(["true", "echo no such thing; exit 3"], tmp_path)
