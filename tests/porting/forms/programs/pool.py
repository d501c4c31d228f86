# Evaluates with a pool of processes from a fork server, then with an executor, then a script.
import concurrent.futures
import functools
import multiprocessing
import os
import subprocess
import sys

from tensorflow.contrib import rnn

import tower


def evaluate(name, seed):
    return name, round(tower.run(getattr(rnn, name), seed), 4)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(evaluate(sys.argv[1], 5))
        sys.exit()
    context = multiprocessing.get_context("forkserver")
    with context.Pool(1) as pool:
        print(pool.map(functools.partial(evaluate, "GRUCell"), [1, 2]))
        print(pool.starmap(evaluate, [("BasicRNNCell", 3)]))
    if sys.version_info >= (3, 7):
        with concurrent.futures.ProcessPoolExecutor(1, mp_context=context) as pool:
            print(list(pool.map(evaluate, ["GRUBlockCellV2"], [4])))
    print(subprocess.check_output([sys.executable, __file__, "LSTMCell"]).decode(), end="")
