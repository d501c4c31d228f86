"""Compare what graphs give with and without TensorFlow's rewrites of graphs, and oneDNN.

    python tools/rewrites.py                        # expressions, traces, legacy scripts: minutes
    python tools/rewrites.py --kinds=expressions --draws=2000 --seed=5

Every graph runs forward, without gradients, under TensorFlow's default rewrites ("default"),
those that `tf1_rnn.v1` leaves on ("v1") and none at all ("none"); in two processes, with oneDNN
and without. What "none" gives without oneDNN is right. Where float32 results are further from it
than rounding explains, the line says how far, relative to the largest magnitude. Exit code 1 if
any graph is apart under "v1".
"""

import argparse
import collections
import multiprocessing
import os
import sys
import tempfile

import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

BOUND = 2e-4  # float32 rounds 6e-8; an expression may lose three digits to cancellation
SETTINGS = ("default", "v1", "none")


def config_of(tf, setting):
    """Return the `ConfigProto` of a session under a setting."""
    config = tf.ConfigProto(intra_op_parallelism_threads=1)
    if setting == "v1":
        from tf1_rnn import grappler

        return grappler.safe_config(config)
    if setting == "none":
        config.graph_options.rewrite_options.disable_meta_optimizer = True
        config.graph_options.optimizer_options.opt_level = tf.OptimizerOptions.L0
    return config


def evaluate(tf, fetches, feeds, values=None):
    """Return `{setting: arrays}` of the default graph; variables are initialised, or given.

    Where the graph raises an error, there is None in the place of arrays.

    Args:
        tf: `tf1_rnn.v1`.
        fetches: a list of tensors.
        feeds: the arrays that are fed, by their tensors.
        values: what the global variables hold, in order.
    """
    variables = tf.global_variables()
    initialise = [tf.global_variables_initializer(), tf.local_variables_initializer()]
    initialise.append(tf.tables_initializer())
    results = {}
    for setting in SETTINGS:
        with tf.Session(config=config_of(tf, setting)) as session:
            session.run(initialise)
            for variable, value in zip(variables, values or [], strict=values is not None):
                variable.load(value, session)
            try:
                results[setting] = [np.asarray(each) for each in session.run(fetches, feeds)]
            except tf.errors.OpError:
                results[setting] = None
    return results


class Expressions:
    """Random expressions of the operations that rewrites look for, on random inputs."""

    def __init__(self, tf, seed):
        self.tf, self.random = tf, np.random.RandomState(seed)

    def one(self, *options):
        """Return one of the options, evenly."""
        return options[self.random.randint(len(options))]

    def constant(self, *shape):
        """Return an array that is a constant, or a variable's initial value, of the graph."""
        value = self.random.randn(*shape).astype(np.float32)
        if self.random.rand() < 0.5:
            return self.tf.constant(value)
        return self.tf.Variable(value)

    def build(self):
        """Return a tensor, and the arrays that feed its graph."""
        rank = self.one(2, 2, 3, 4)
        shape = [self.random.randint(2, 6) for _ in range(rank - 1)] + [self.one(4, 8, 16)]
        scale = self.one(1.0, 0.05, 0.001)
        known = shape if self.random.rand() < 0.5 else [None, *shape[1:]]
        x = y = self.tf.placeholder(self.tf.float32, known)
        for _ in range(self.random.randint(1, 5)):
            y = self.one(
                self.normalisation, self.product, self.activation, self.arithmetic, self.reshaping
            )(y)
        return y, {x: (scale * self.random.randn(*shape)).astype(np.float32)}

    def normalisation(self, x):
        """Normalise over the last axis, the batch or the image."""
        tf, rank, width = self.tf, x.shape.ndims, x.shape[-1].value
        axes = self.one([rank - 1], [-1], [0], list(range(1, rank)))
        epsilon = self.one(1e-12, 1e-6, 1e-5, 1e-3)
        mean, variance = self.one(self._moments, self._two_means)(x, axes)
        gamma, beta = self.constant(width), self.constant(width)
        forms = [
            lambda: (x - mean) / tf.sqrt(variance + epsilon) * gamma + beta,
            lambda: (x - mean) * tf.rsqrt(variance + epsilon) * gamma + beta,
            lambda: gamma * (x - mean) / tf.sqrt(variance + epsilon) + beta,
            lambda: (x - mean) / (tf.sqrt(variance) + epsilon) * gamma + beta,
            lambda: (x - mean) * (tf.rsqrt(variance + epsilon) * gamma) + beta,
            lambda: tf.nn.batch_normalization(x, mean, variance, beta, gamma, epsilon),
            lambda: (x - mean) / tf.sqrt(variance + epsilon),
            lambda: tf.nn.l2_normalize(x, axes, epsilon),
        ]
        if rank == 4:
            statistics = self.constant(width), self.tf.abs(self.constant(width)) + 0.1
            forms.append(
                lambda: tf.nn.fused_batch_norm(
                    x, gamma, beta, *statistics, epsilon=max(epsilon, 2e-5), is_training=False
                )[0]
            )
        return self.one(*forms[:2], *forms)()

    def _moments(self, x, axes):
        return self.tf.nn.moments(x, axes=axes, keep_dims=True)

    def _two_means(self, x, axes):
        mean = self.tf.reduce_mean(x, axes, keepdims=True)
        return mean, self.tf.reduce_mean(self.tf.square(x - mean), axes, keepdims=True)

    def product(self, x):
        """Multiply by a matrix or a kernel, with or without a bias."""
        tf, width, units = self.tf, x.shape[-1].value, self.one(4, 8, 16)
        if x.shape.ndims == 2:
            y = self.one(
                lambda: tf.matmul(x, self.constant(width, units)),
                lambda: tf.matmul(x, self.constant(units, width), transpose_b=True),
            )()
        elif x.shape.ndims == 3:
            y = self.one(
                lambda: tf.tensordot(x, self.constant(width, units), 1),
                lambda: tf.matmul(x, x, transpose_b=True) * self.one(0.125, 0.3) + 1.0,
            )()
            units = y.shape[-1].value
            if units is None:
                return tf.nn.softmax(tf.matmul(y, x))
        else:
            y = tf.nn.conv2d(x, self.constant(3, 3, width, units), [1, 1, 1, 1], "SAME")
        return self.one(
            lambda: tf.nn.bias_add(y, self.constant(units)),
            lambda: y + self.constant(units),
            lambda: tf.nn.bias_add(y, self.constant(units)) + y,
            lambda: y,
        )()

    def activation(self, x):
        """Pass through an activation, TensorFlow's or written by hand."""
        tf, half = self.tf, self.one(0.5, 0.3)
        return self.one(
            tf.nn.relu,
            tf.nn.relu6,
            tf.nn.elu,
            tf.tanh,
            tf.sigmoid,
            tf.nn.softplus,
            tf.nn.softmax,
            lambda x: tf.nn.leaky_relu(x, half),
            lambda x: tf.maximum(x, half * x),
            lambda x: x * tf.sigmoid(x),
            lambda x: x * tf.tanh(tf.nn.softplus(x)),
            lambda x: half * x * (1 + tf.erf(x / np.float32(np.sqrt(2)))),
            lambda x: half * x * (1 + tf.tanh(np.float32(0.7978846) * (x + 0.044715 * x**3))),
            lambda x: half * x * (1 + tf.tanh(half * (x + half * tf.pow(x, 3)))),
            lambda x: tf.exp(x) / tf.reduce_sum(tf.exp(x), -1, keepdims=True),
        )(x)

    def arithmetic(self, x):
        """Do sums that rewrites simplify."""
        tf = self.tf
        return self.one(
            lambda: x + x,
            lambda: tf.add_n([x, x * 2.0, x]),
            lambda: (x * 3.0) * 0.25 - x,
            lambda: x / tf.sqrt(tf.square(x) + 1.0),
            lambda: tf.square(x) - x * x + x,
            lambda: x * tf.rsqrt(tf.reduce_sum(tf.square(x), -1, keepdims=True) + 1e-3),
            lambda: tf.log(1.0 + tf.exp(x)),
            lambda: tf.pow(tf.abs(x) + 0.1, self.one(0.5, -0.5, 2.0, 3.0)),
            lambda: tf.where(x > 0, x, -x),
        )()

    def reshaping(self, x):
        """Move elements around and back."""
        tf, rank, width = self.tf, x.shape.ndims, x.shape[-1].value
        swapped = [0, *range(rank - 1, 0, -1)]
        return self.one(
            lambda: tf.transpose(tf.tanh(tf.transpose(x, swapped)), swapped),
            lambda: tf.reshape(tf.reshape(x, [-1, width]) * 2.0, tf.shape(x)),
            lambda: tf.concat(tf.split(x, [1, width - 1], -1), -1),
            lambda: tf.concat([x, x], -1)[..., :width],
            lambda: tf.reshape(tf.reverse(x, [-1]), tf.shape(x)),
        )()


def expressions(tf, draws, seed):
    """Yield `(name, results)` of random expressions."""
    for each in range(seed, seed + draws):
        with tf.Graph().as_default():
            result, feeds = Expressions(tf, each).build()
            yield f"expression {each}", evaluate(tf, [result], feeds)


def traces(tf, draws, seed):
    """Yield `(name, results)` of the recorded cases of float32, and of random ones."""
    from tf1_rnn.baseline import cases, graph, recording, structure
    from tools import draws as drawing

    drawn = (drawing.case(each) for each in range(seed, seed + draws))
    for case in [*cases.CASES.values(), *drawn]:
        if case.dtype != "float32":
            continue
        with tf.Graph().as_default():
            try:
                built = graph.build(tf, case)
            except Exception:  # random cases are wrong on purpose now and then
                continue
            variables = tf.global_variables()
            numbers = recording._drawn(tf, case, built, variables)
            fetches = [
                tensor
                for name in ("outputs", "final_state")
                for _, tensor in structure.flatten(name, getattr(built, name))
            ]
            feeds = {tensor: numbers[name] for name, tensor in built.feeds.items()}
            values = [numbers[f"variable/{recording.name_of(each)}"] for each in variables]
            yield f"trace {case.name}", evaluate(tf, fetches, feeds, values)


def scripts(tf, draws, seed):
    """Yield `(name, results)` of what the legacy scripts fetch that changes no variable."""
    from tests import legacy

    context = multiprocessing.get_context("fork")
    for name in legacy.NAMES:
        with tempfile.TemporaryDirectory() as folder:
            legacy.write_mnist(folder)
            ours, theirs = context.Pipe(duplex=False)
            child = context.Process(target=_run_script, args=(tf, name, folder, theirs))
            child.start()
            theirs.close()
            try:
                while True:
                    yield ours.recv()
            except EOFError:
                child.join()


def _run_script(tf, name, folder, pipe):
    """Run a script, and send the results of its first run of every set of tensors."""
    from tests import legacy
    from tf1_rnn import run

    os.chdir(legacy.SCRIPTS)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    plain, seen = tf.Session.run, set()

    def run_and_look(session, fetches, feed_dict=None, *args, **kwargs):
        result = plain(session, fetches, feed_dict, *args, **kwargs)
        with session.graph.as_default():
            tensors = _forward_tensors(tf, session.graph, fetches)
        key = (id(session.graph), *(tensor.name for tensor in tensors))
        if tensors and key not in seen:
            seen.add(key)
            with session.graph.as_default():
                values = plain(session, tf.global_variables())
            tf.Session.run = plain
            pipe.send(
                (
                    f"script {name} {len(seen)}",
                    _again(tf, session.graph, tensors, feed_dict, values),
                )
            )
            tf.Session.run = run_and_look
        return result

    tf.Session.run = run_and_look
    try:
        run.main([name + ".py", *legacy.arguments(name, folder)])
    except SystemExit:
        pass
    pipe.close()
    os._exit(0)


def _again(tf, graph, tensors, feeds, values):
    """Evaluate the tensors in a copy of the graph, which may be finalised."""
    with tf.Graph().as_default() as copy:
        tf.train.import_meta_graph(tf.train.export_meta_graph(graph=graph))
        tensors = [copy.get_tensor_by_name(tensor.name) for tensor in tensors]
        feeds = {copy.get_tensor_by_name(each.name): value for each, value in (feeds or {}).items()}
        return evaluate(tf, tensors, feeds, values)


def _leaves(fetches):
    """Return what is fetched; the keys of a dict may be hooks, which tf.nest cannot sort."""
    if isinstance(fetches, dict):
        fetches = list(fetches.values())
    if isinstance(fetches, list | tuple):
        return [leaf for each in fetches for leaf in _leaves(each)]
    return [fetches]


def _forward_tensors(tf, graph, fetches):
    """Return the float32 tensors among the fetches that depend on no assignment."""
    found = []
    for tensor in (each for each in _leaves(fetches) if isinstance(each, tf.Tensor)):
        sub = tf.graph_util.extract_sub_graph(graph.as_graph_def(), [tensor.op.name])
        changes = any("Assign" in node.op or "Apply" in node.op for node in sub.node)
        if tensor.dtype == tf.float32 and not changes:
            found.append(tensor)
    return found


KINDS = {"expressions": expressions, "traces": traces, "scripts": scripts}


def _work(onednn, kinds, draws, seed, pipe):
    """Send `(name, results)` of every graph, with or without oneDNN; then None."""
    os.environ.update(TF_ENABLE_ONEDNN_OPTS=str(int(onednn)), TF_CPP_MIN_LOG_LEVEL="3")
    os.environ.update(CUDA_VISIBLE_DEVICES="-1", OMP_NUM_THREADS="1")
    import tf1_rnn.v1 as tf

    tf.logging.set_verbosity(tf.logging.FATAL)
    (base,) = tf.Session.__bases__
    base.__init__ = base.__init__.__wrapped__  # the settings are this tool's
    if "scripts" in kinds:
        _ = tf.layers, tf.contrib.slim  # once, and not in every fork
    for kind in kinds:
        for name, results in KINDS[kind](tf, draws, seed):
            pipe.send((name, results))
    pipe.send(None)


def distances(right, results):
    """Return how far `results` are from `right`, relative to the largest magnitude."""
    worst = 0.0
    if right is None or results is None:
        return 0.0 if right is results else np.inf
    for want, got in zip(right, results, strict=True):
        if want.shape != got.shape:
            return np.inf
        finite = np.isfinite(want) & np.isfinite(got)
        if (np.isfinite(want) != np.isfinite(got)).any():
            return np.inf
        apart = np.abs(want.astype(float) - got.astype(float))[finite].max(initial=0)
        worst = max(worst, apart / max(np.abs(want[finite]).max(initial=0), 1e-30))
    return worst


def compare(kinds, draws, seed):
    """Yield `(name, {(setting, oneDNN): distance})` of every graph."""
    context = multiprocessing.get_context("spawn")
    pipes = []
    for onednn in (True, False):
        ours, theirs = context.Pipe(duplex=False)
        context.Process(target=_work, args=(onednn, kinds, draws, seed, theirs)).start()
        theirs.close()
        pipes.append(ours)
    while True:
        both = [pipe.recv() for pipe in pipes]
        if None in both:
            return
        (name, with_onednn), (_, without) = both
        right = without["none"]
        yield (
            name,
            {
                (setting, word): distances(right, results[setting])
                for word, results in (("oneDNN", with_onednn), ("plain", without))
                for setting in SETTINGS
            },
        )


def main():
    """Run the command; return its exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kinds", default=",".join(KINDS), help="of graphs, with commas")
    parser.add_argument("--draws", type=int, default=300, help="random graphs of each kind")
    parser.add_argument("--seed", type=int, default=0, help="the first seed")
    flags = parser.parse_args()
    kinds = flags.kinds.split(",")
    if unknown := set(kinds) - set(KINDS):
        parser.error(f"unknown kinds {sorted(unknown)}; there are {', '.join(KINDS)}")
    apart = collections.Counter()
    graphs = 0
    for name, each in compare(kinds, flags.draws, flags.seed):
        graphs += 1
        wrong = {key: distance for key, distance in each.items() if distance > BOUND}
        apart.update(wrong.keys())
        if wrong:
            said = ", ".join(f"{' '.join(key)} {distance:.1e}" for key, distance in wrong.items())
            print(f"{name}: {said}", flush=True)
    print(
        f"{graphs} graphs; apart: "
        + (", ".join(f"{' '.join(key)} {count}" for key, count in sorted(apart.items())) or "none")
    )
    return 1 if apart["v1", "oneDNN"] or apart["v1", "plain"] else 0


if __name__ == "__main__":
    sys.exit(main())
