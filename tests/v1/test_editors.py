"""Editors complete the v1 API: Jedi (IPython, Vim) and Pyright's language server (VS Code)."""

import json
import pathlib
import subprocess
import sys
import sysconfig

import jedi
import pytest

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
WANTED = {  # what stands before the cursor, and some of what must be offered
    "tf.": ["contrib", "placeholder", "set_random_seed", "nn", "train", "layers", "estimator"],
    "tf.nn.": ["rnn_cell", "dynamic_rnn", "raw_rnn", "dropout"],
    "tf.nn.rnn_cell.": ["BasicLSTMCell", "GRUCell", "LSTMStateTuple", "MultiRNNCell"],
    "tf.train.": ["AdamOptimizer", "MonitoredTrainingSession", "Saver"],
    "tf.layers.": ["dense", "conv1d", "dropout"],
    "tf.contrib.": ["rnn", "seq2seq", "crf", "layers", "legacy_seq2seq", "training"],
    "tf.contrib.rnn.": ["LSTMBlockCell", "ConvLSTMCell", "LayerNormBasicLSTMCell"],
    "tf.contrib.layers.": ["fully_connected", "embed_sequence"],
    "tf.contrib.seq2seq.": ["BahdanauAttention", "BeamSearchDecoder", "dynamic_decode"],
    "tf.contrib.crf.": ["crf_log_likelihood", "viterbi_decode"],
    "tf.contrib.training.": ["HParams", "batch_sequences_with_states"],
    "tf.contrib.framework.": ["nest", "arg_scope"],
    "tf.estimator.": ["Estimator", "EstimatorSpec", "ModeKeys", "train_and_evaluate"],
    "tf.losses.": ["sparse_softmax_cross_entropy"],
    "tf.compat.v1.": ["placeholder", "contrib"],
}


class LanguageServer:
    """Pyright's language server, asked over its standard streams."""

    def __init__(self, folder):
        paths = [str(REPOSITORY), sysconfig.get_path("purelib")]
        (folder / "pyrightconfig.json").write_text(json.dumps({"extraPaths": paths}))
        self._folder = folder
        self._process = subprocess.Popen(
            [sys.executable, "-c", "from basedpyright.langserver import main; main()", "--stdio"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._asked = 0
        folders = [{"uri": folder.as_uri(), "name": "test"}]
        self.ask("initialize", {"processId": None, "workspaceFolders": folders, "capabilities": {}})
        self._send({"method": "initialized", "params": {}})

    def close(self):
        """End the server."""
        self._process.kill()
        self._process.communicate()

    def complete(self, name, text):
        """Return what is offered at the end of a file's text."""
        file = {"uri": (self._folder / name).as_uri()}
        shown = {**file, "languageId": "python", "version": 1, "text": text}
        self._send({"method": "textDocument/didOpen", "params": {"textDocument": shown}})
        lines = text.split("\n")
        position = {"line": len(lines) - 1, "character": len(lines[-1])}
        found = self.ask("textDocument/completion", {"textDocument": file, "position": position})
        return {item["label"] for item in found["items"]}

    def ask(self, method, params):
        """Return the result of a request, answering what the server asks in between."""
        self._asked += 1
        self._send({"id": self._asked, "method": method, "params": params})
        while True:
            message = self._read()
            if "method" in message and "id" in message:
                self._send({"id": message["id"], "result": None})
            elif message.get("id") == self._asked:
                return message["result"]

    def _send(self, message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self._process.stdin.flush()

    def _read(self):
        length = 0
        while line := self._process.stdout.readline().strip():
            name, value = line.split(b": ")
            length = int(value) if name.lower() == b"content-length" else length
        return json.loads(self._process.stdout.read(length))


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """The language server, with an empty folder as its workspace."""
    pytest.importorskip("basedpyright")
    server = LanguageServer(tmp_path_factory.mktemp("workspace"))
    yield server
    server.close()


@pytest.mark.parametrize("before", WANTED)
def test_jedi(before):
    script = jedi.Script(f"import tf1_rnn.v1 as tf\n{before}", project=jedi.Project(REPOSITORY))
    offered = {completion.name for completion in script.complete(2, len(before))}
    assert set(WANTED[before]) <= offered


@pytest.mark.parametrize("before", WANTED)
def test_pyright(before, server):
    offered = server.complete(f"{before}py", f"import tf1_rnn.v1 as tf\n{before}")
    assert set(WANTED[before]) <= offered
