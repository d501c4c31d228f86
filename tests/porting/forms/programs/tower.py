import numpy as np
import tensorflow as tf


def run(make_cell, seed):
    random = np.random.RandomState(seed)
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.placeholder(tf.float32, [None, 4, 2])
        outputs, _ = tf.nn.dynamic_rnn(make_cell(3), x, dtype=tf.float32)
        loss = tf.reduce_mean(tf.square(outputs[:, -1] - tf.reduce_sum(x, [1, 2])[:, None]))
        step = tf.train.GradientDescentOptimizer(0.1).minimize(loss)
        session.run(tf.global_variables_initializer())
        for v in tf.trainable_variables():
            v.load(random.uniform(-0.3, 0.3, v.shape.as_list()), session)
        data = random.randn(6, 4, 2)
        for _ in range(20):
            value, _ = session.run([loss, step], {x: data})
    return np.float(value)
