"""REINFORCE with a recurrent policy: actions drawn in the graph, the baseline trained apart."""

import numpy as np
import tensorflow as tf

np.random.seed(0)
tf.set_random_seed(212)

states = tf.placeholder(tf.float32, [None, 4, 3])
actions = tf.placeholder(tf.int32, [None])
returns = tf.placeholder(tf.float32, [None])
with tf.variable_scope("policy"):
    _, h = tf.nn.dynamic_rnn(tf.nn.rnn_cell.GRUCell(6), states, dtype=tf.float32)
    logits = tf.layers.dense(h, 3)
    drawn = tf.squeeze(tf.multinomial(logits, 1), 1)
with tf.variable_scope("value"):
    value = tf.squeeze(tf.layers.dense(tf.stop_gradient(h), 1), 1)
chosen = tf.reduce_sum(tf.one_hot(actions, 3) * tf.nn.log_softmax(logits), 1)
advantage = returns - value
policy_loss = -tf.reduce_mean(chosen * tf.stop_gradient(advantage))
entropy = -tf.reduce_mean(tf.reduce_sum(tf.nn.softmax(logits) * tf.nn.log_softmax(logits), 1))
value_loss = tf.reduce_mean(tf.square(advantage))
train = tf.group(
    tf.train.AdamOptimizer(0.02).minimize(policy_loss - 0.01 * entropy),
    tf.train.GradientDescentOptimizer(0.1).minimize(value_loss),
)
with tf.variable_scope("target"):
    _, h2 = tf.nn.dynamic_rnn(tf.nn.rnn_cell.GRUCell(6), states, dtype=tf.float32)
    target = tf.layers.dense(h2, 3)
explore = tf.random_uniform([5]) < 0.3
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    seen = np.random.randn(7, 4, 3)
    print("target", sess.run(target, {states: seen})[0], sess.run(explore))
    for i in range(18):
        a = sess.run(drawn, {states: seen})
        feed = {states: seen, actions: a, returns: (a == 1).astype(np.float32)}
        p, v, e, _ = sess.run([policy_loss, value_loss, entropy, train], feed)
        print("step %d actions %s policy %.5f value %.5f entropy %.5f" % (i, a, p, v, e))
