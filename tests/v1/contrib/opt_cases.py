"""Training steps of each optimiser of `tf.contrib.opt`, of dense and of gathered variables.

.oracle/bin/python tests/v1/contrib/opt_cases.py    # writes opt.json beside this file
"""

import functools
import json
import os
import sys

import numpy as np

RECORDED = os.path.join(os.path.dirname(os.path.abspath(__file__)), "opt.json")
MADE = {
    "lazy_adam": lambda opt, tf: opt.LazyAdamOptimizer(0.1),
    "nadam": lambda opt, tf: opt.NadamOptimizer(0.1, beta1=0.8),
    "adam_w": lambda opt, tf: opt.AdamWOptimizer(0.02, 0.1),
    "momentum_w": lambda opt, tf: opt.MomentumWOptimizer(0.02, 0.1, 0.9, use_nesterov=True),
    "extended": lambda opt, tf: opt.extend_with_decoupled_weight_decay(tf.train.AdamOptimizer)(
        weight_decay=0.02, learning_rate=0.1
    ),
}


def steps(tf, name, resource, decayed):
    """Return the values and names of all variables after five steps."""
    with tf.Graph().as_default(), tf.Session() as session:
        make = functools.partial(tf.get_variable, use_resource=resource)
        table = make("table", initializer=np.sin(np.arange(12.0)).reshape(6, 2).astype("f"))
        kernel = make("kernel", initializer=np.cos(np.arange(4.0)).reshape(2, 2).astype("f"))
        rows, scale = tf.placeholder(tf.int32, [3]), tf.placeholder(tf.float32, [])
        # Gradients that read no variable: 1.15.5 did not order the decay and the gradient.
        loss = tf.reduce_sum(tf.gather(table, rows) * [[0.3, -0.2], [1.0, 0.5], [-0.4, 0.7]])
        loss = scale * (loss + tf.reduce_sum(kernel * [[0.5, -1.5], [0.25, 2.0]]))
        optimizer = MADE[name](tf.contrib.opt, tf)
        if decayed:
            pairs = optimizer.compute_gradients(loss)
            train = optimizer.apply_gradients(pairs, decay_var_list=[kernel])
        else:
            train = optimizer.minimize(loss)
        session.run(tf.global_variables_initializer())
        for step in range(5):
            session.run(train, {rows: [step, 1, 1], scale: np.cos(2.0 * step)})
        found = {each.op.name: session.run(each).tolist() for each in tf.global_variables()}
        return found


def cases():
    """Yield the arguments of `steps` for each case."""
    for name in sorted(MADE):
        for resource in (False, True):
            yield name, resource, False
            if name == "adam_w":
                yield name, resource, True


if __name__ == "__main__":
    import tensorflow

    found = [[list(case), steps(tensorflow, *case)] for case in cases()]
    with open(sys.argv[1] if len(sys.argv) > 1 else RECORDED, "w") as file:
        json.dump(found, file, indent=0, sort_keys=True)
        file.write("\n")
