# Trains one small model in each of several spawned processes, and averages what they learned.
import argparse
import multiprocessing
import sys

import numpy as np
import tensorflow as tf
from tensorflow.contrib import rnn

import tower


def train(seed, queue):
    queue.put((seed, tower.run(rnn.BasicLSTMCell, seed)))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--method", default="spawn")
    args = parser.parse_args()
    context = multiprocessing.get_context(args.method)
    queue = context.Queue()
    processes = [context.Process(target=train, args=(seed, queue)) for seed in range(2)]
    for process in processes:
        process.start()
    results = sorted(queue.get() for _ in processes)
    for process in processes:
        process.join()
    print([process.exitcode for process in processes], tf.__version__[:2])
    for seed, loss in results:
        print("seed %d loss %.4f" % (seed, loss))


if __name__ == "__main__":
    main()
