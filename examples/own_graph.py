"""A tagger as a script of TensorFlow 1 writes it, saved with its graph: python own_graph.py FOLDER

It is here to be exported (docs/export.md): the file FOLDER/model.ckpt-1.meta is the graph.
"""

import os
import sys

import numpy as np

import tf1_rnn.v1 as tf

words = tf.placeholder(tf.int32, [None, 12], name="words")
lengths = tf.placeholder(tf.int32, [None], name="lengths")
tags = tf.placeholder(tf.int32, [None, 12], name="tags")

embedding = tf.get_variable("embedding", [50, 8])
forward, backward = (tf.nn.rnn_cell.LSTMCell(16, use_peepholes=True) for _ in range(2))
outputs, _ = tf.nn.bidirectional_dynamic_rnn(
    forward, backward, tf.nn.embedding_lookup(embedding, words), lengths, dtype=tf.float32
)
logits = tf.layers.dense(tf.concat(outputs, 2), 5)
probabilities = tf.nn.softmax(logits, name="probabilities")
loss = tf.losses.sparse_softmax_cross_entropy(tags, logits)
train = tf.train.AdamOptimizer().minimize(loss)

with tf.Session() as session:
    session.run(tf.global_variables_initializer())
    random = np.random.RandomState(0)
    session.run(train, {words: random.randint(0, 50, (4, 12)), lengths: [12, 7, 3, 1],
                        tags: random.randint(0, 5, (4, 12))})  # fmt: skip
    tf.train.Saver().save(session, os.path.join(sys.argv[1], "model.ckpt"), 1)
