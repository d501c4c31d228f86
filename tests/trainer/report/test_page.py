"""The page of a run: what it shows, that it asks for nothing, and that a browser agrees."""

import html.parser
import re
import shutil
import subprocess

import numpy as np
import pytest

from tests.trainer.test_session import run
from tf1_rnn.trainer.report import page

pytest.importorskip("matplotlib", reason="report.html needs matplotlib, which is not installed")
BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("chrome")
# What a page may name without asking for it.
NAMESPACES = ("http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink")


def save(path, target="class", frames=False):
    random = np.random.RandomState(0)
    x = random.rand(40, 4, 6, 6, 1) if frames else random.rand(40, 4, 2)
    y = {
        "class": np.array(["<left>", "right & up"])[np.arange(40) % 2],
        "step classes": random.randint(0, 2, [40, 4]),
        "number": random.rand(40),
    }[target]
    lengths = random.randint(1, 5, 40)
    parts = {"train": slice(0, 30), "test": slice(30, 40)}
    named = {"x": x, "y": y, "lengths": lengths}
    np.savez(path, **{f"{n}_{p}": a[rows] for p, rows in parts.items() for n, a in named.items()})
    return str(path)


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """Return the reports of runs of every kind, by name."""
    place, pages = tmp_path_factory.mktemp("pages"), {}
    for name, cell, how in (
        ("class", "bilstm", {}),
        ("step classes", "basic_lstm", {}),
        ("number", "gru", {"validation": 0.0, "fast": True}),
        ("frames", "conv_lstm", {"options": {"output_channels": 2}}),
    ):
        target = "class" if name == "frames" else name
        data = save(place / f"{name}.npz", target, name == "frames")
        run(data, place / name, cell=cell, **how)
        pages[name] = place / name / "report.html"
    return pages


class Parser(html.parser.HTMLParser):
    """Collects what a page asks for, its text, and tags that do not close."""

    def __init__(self):
        super().__init__()
        self.asked, self.text, self.tags = [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        for name, value in attrs:
            if name in ("src", "href", "xlink:href", "data", "srcset", "action"):
                self.asked.append(value)

    def handle_data(self, data):
        self.text.append(data)


def parsed(path):
    parser = Parser()
    parser.feed(path.read_text("utf-8"))
    return parser


@pytest.mark.parametrize("name", ["class", "step classes", "number", "frames"])
def test_a_page_asks_for_nothing_from_outside(pages, name):
    parser = parsed(pages[name])
    assert all(value.startswith(("#", "data:")) for value in parser.asked)
    assert "script" not in parser.tags
    text = pages[name].read_text("utf-8")
    for space in NAMESPACES:
        text = text.replace(space, "")
    assert not re.search(r"https?://|url\((?!#)|@import", text)


def test_what_a_page_shows(pages):
    text = " ".join(parsed(pages["class"]).text)
    for words in ("bilstm on class.npz", "chosen by its validation loss", "training", "validation"):
        assert words in text
    for words in ("<left>", "recall", "Worst samples", "lstm_cell", "data_fingerprint", "test acc"):
        assert words in text
    assert "tf1-rnn train --cell=bilstm --num_units=3" in text
    text = " ".join(parsed(pages["number"]).text)
    assert (
        "the last; there was no validation set" in text
        and "predicted" in text
        and "test R2" in text
    )
    assert "step 3" in " ".join(parsed(pages["frames"]).text)
    assert "wrong, loss" in " ".join(parsed(pages["step classes"]).text)


@pytest.mark.skipif(not BROWSER, reason="no chromium on this machine")
def test_a_browser_shows_the_page_and_finds_nothing_wrong(pages, tmp_path):
    shot = tmp_path / "page.png"
    command = [
        *(BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr"),
        *(f"--user-data-dir={tmp_path}/profile", "--window-size=1000,3000", f"--screenshot={shot}"),
        # Whatever is asked for from outside ends here, and says so.
        *("--host-resolver-rules=MAP * ~NOTFOUND", f"--log-net-log={tmp_path}/net.json"),
    ]
    address = pages["class"].as_uri()
    done = subprocess.run([*command, address], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0 and shot.stat().st_size > 20_000
    assert "CONSOLE" not in done.stderr, done.stderr
    asked = re.findall(r'"url":"(https?://[^"]+)"', (tmp_path / "net.json").read_text())
    assert not [url for url in asked if "google" not in url and "gvt1" not in url], asked
    shown = subprocess.run(
        [*command[:4], f"--user-data-dir={tmp_path}/profile", "--dump-dom", address],
        capture_output=True,
        text=True,
        timeout=120,
    ).stdout
    assert shown.count("<svg") == parsed(pages["class"]).tags.count("svg") > 5
    assert "&lt;left&gt;" in shown


def test_without_matplotlib_a_run_says_what_to_install(tmp_path, monkeypatch):
    def missing(*_):
        raise ImportError("No module named 'matplotlib'")

    monkeypatch.setattr(page, "write", missing)
    said = run(save(tmp_path / "a.npz"), tmp_path / "run", epochs=1)
    assert "report  not written, it needs matplotlib: pip install 'tf1_rnn[report]'" in said
    assert "kept    in" in said and not (tmp_path / "run" / "report.html").exists()
