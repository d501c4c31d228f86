"""What a missing library, or one that raises, comes to."""

import sys

import pytest

from tf1_rnn.errors import RunError
from tf1_rnn.trainer import loading
from tf1_rnn.trainer.readers import library
from tf1_rnn.trainer.readers.source import Source


@pytest.mark.parametrize(
    "module, name, package",
    [
        ("pandas", "walking.csv", "pandas"),
        ("h5py", "a.h5", "h5py"),
        ("pyarrow.parquet", "a.parquet", "pyarrow"),
        ("PIL.Image", "frames", "pillow"),
    ],
)
def test_the_missing_extra_is_named(module, name, package, tmp_path, monkeypatch):
    (tmp_path / "walking.csv").write_text("a,b\n1,2\n")
    (tmp_path / "a.h5").write_bytes(b"\x89HDF\r\n\x1a\n")
    (tmp_path / "a.parquet").write_bytes(b"PAR1")
    (tmp_path / "frames" / "a" / "b").mkdir(parents=True)
    (tmp_path / "frames" / "a" / "b" / "1.png").write_bytes(b"")
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(RunError, match=rf"needs {package}.*pip install 'tf1_rnn\[data\]'"):
        is_table = name.endswith((".csv", ".parquet"))
        loading.load(Source(str(tmp_path / name), *(["a", "b"] if is_table else [])))


@pytest.mark.parametrize("error", [KeyError("x"), RecursionError(), OSError(5, "x"), MemoryError()])
def test_whatever_a_library_raises_is_one_line(error):
    with pytest.raises(RunError) as caught, library.reading("CSV"):
        raise error
    assert "\n" not in str(caught.value)
    with pytest.raises(KeyboardInterrupt), library.reading("CSV"):
        raise KeyboardInterrupt
