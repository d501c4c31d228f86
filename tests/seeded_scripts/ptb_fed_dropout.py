"""A language model with a fed keep probability, its rate assigned anew each epoch."""

import numpy as np
import tensorflow as tf

np.random.seed(0)
tf.set_random_seed(201)
BATCH, STEPS, SIZE, VOCABULARY = 5, 7, 12, 20

with tf.variable_scope("Model", initializer=tf.random_uniform_initializer(-0.1, 0.1)):
    x = tf.placeholder(tf.int32, [BATCH, STEPS])
    y = tf.placeholder(tf.int32, [BATCH, STEPS])
    keep = tf.placeholder(tf.float32, [])
    embedding = tf.get_variable("embedding", [VOCABULARY, SIZE])
    inputs = tf.nn.dropout(tf.nn.embedding_lookup(embedding, x), keep)
    cell = tf.contrib.rnn.MultiRNNCell(
        [
            tf.contrib.rnn.DropoutWrapper(
                tf.contrib.rnn.BasicLSTMCell(SIZE, forget_bias=0.0), output_keep_prob=keep
            )
            for _ in range(2)
        ]
    )
    initial = cell.zero_state(BATCH, tf.float32)
    outputs, state = tf.nn.dynamic_rnn(cell, inputs, initial_state=initial)
    w = tf.get_variable("softmax_w", [SIZE, VOCABULARY])
    b = tf.get_variable("softmax_b", [VOCABULARY])
    logits = tf.nn.xw_plus_b(tf.reshape(outputs, [-1, SIZE]), w, b)
    logits = tf.reshape(logits, [BATCH, STEPS, VOCABULARY])
    cost = tf.reduce_sum(
        tf.contrib.seq2seq.sequence_loss(
            logits, y, tf.ones([BATCH, STEPS]), average_across_timesteps=False
        )
    )
    rate = tf.Variable(0.0, trainable=False)
    variables = tf.trainable_variables()
    gradients, norm = tf.clip_by_global_norm(tf.gradients(cost, variables), 5)
    optimizer = tf.train.GradientDescentOptimizer(rate)
    train = optimizer.apply_gradients(
        zip(gradients, variables), global_step=tf.train.get_or_create_global_step()
    )
    new_rate = tf.placeholder(tf.float32, [])
    update = tf.assign(rate, new_rate)

text = np.random.randint(0, VOCABULARY, [BATCH, STEPS * 2 + 1])
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for epoch in range(6):
        sess.run(update, {new_rate: 0.5 * 0.9**epoch})
        last = sess.run(initial)
        for k in range(2):
            feed = {keep: 0.8, x: text[:, k * STEPS :][:, :STEPS]}
            feed[y] = text[:, k * STEPS + 1 :][:, :STEPS]
            for layer, value in zip(initial, last):
                feed[layer.c], feed[layer.h] = value
            value, last, size, _ = sess.run([cost, state, norm, train], feed)
            print("epoch %d batch %d cost %.5f norm %.5f" % (epoch, k, value, size))
