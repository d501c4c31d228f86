# An attention classifier with a cell of the script's own, and the wrappers.
import numpy as np
import tensorflow as tf
from tensorflow.contrib.rnn import RNNCell, DropoutWrapper, ResidualWrapper
from tensorflow.python.ops import math_ops, array_ops, variable_scope as vs
from tensorflow.contrib.rnn.python.ops.core_rnn_cell import _linear


class MinimalGRUCell(RNNCell):
    """One gate for both; weights by get_variable in __call__, as scripts of the day wrote it."""

    def __init__(self, num_units, activation=tf.tanh, reuse=None):
        super(MinimalGRUCell, self).__init__(_reuse=reuse)
        self._num_units = num_units
        self._activation = activation

    @property
    def state_size(self):
        return self._num_units

    @property
    def output_size(self):
        return self._num_units

    def __call__(self, inputs, state, scope=None):
        with vs.variable_scope(scope or type(self).__name__):
            with vs.variable_scope("gate"):
                f = math_ops.sigmoid(_linear([inputs, state], self._num_units, True,
                                             bias_initializer=tf.constant_initializer(1.0)))
            with vs.variable_scope("candidate"):
                w = tf.get_variable("w", [inputs.get_shape()[-1].value + self._num_units,
                                          self._num_units])
                c = self._activation(math_ops.matmul(array_ops.concat([inputs, f * state], 1), w))
            new_h = f * state + (1 - f) * c
        return new_h, new_h


class BuiltCell(tf.nn.rnn_cell.RNNCell):
    """And with call() and add_variable, as later ones did."""

    def __init__(self, n, name=None):
        super().__init__(name=name)
        self.n = n

    state_size = property(lambda self: self.n)
    output_size = property(lambda self: self.n)

    def build(self, inputs_shape):
        self.k = self.add_variable("k", [inputs_shape[1].value + self.n, self.n])
        self.built = True

    def call(self, inputs, state):
        h = tf.tanh(tf.matmul(tf.concat([inputs, state], 1), self.k))
        return h, h


def attention(inputs, attention_size, return_alphas=False):
    if isinstance(inputs, tuple):
        inputs = tf.concat(inputs, 2)
    hidden_size = inputs.shape[2].value
    w_omega = tf.Variable(tf.random_normal([hidden_size, attention_size], stddev=0.1))
    b_omega = tf.Variable(tf.random_normal([attention_size], stddev=0.1))
    u_omega = tf.Variable(tf.random_normal([attention_size], stddev=0.1))
    with tf.name_scope('v'):
        v = tf.tanh(tf.tensordot(inputs, w_omega, axes=1) + b_omega)
    vu = tf.tensordot(v, u_omega, axes=1, name='vu')
    alphas = tf.nn.softmax(vu, name='alphas')
    output = tf.reduce_sum(inputs * tf.expand_dims(alphas, -1), 1)
    return (output, alphas) if return_alphas else output


X = tf.placeholder(tf.int32, [None, 6])
Y = tf.placeholder(tf.float32, [None])
emb = tf.Variable(tf.random_uniform([15, 4], -1.0, 1.0), trainable=True)
e = tf.nn.embedding_lookup(emb, X)
outs, _ = tf.nn.bidirectional_dynamic_rnn(MinimalGRUCell(4), MinimalGRUCell(4), e, dtype=tf.float32)
out, alphas = attention(outs, 3, return_alphas=True)
second, _ = tf.nn.dynamic_rnn(ResidualWrapper(DropoutWrapper(BuiltCell(4), input_keep_prob=1.0)), e,
                              dtype=tf.float32, scope="second")
final = tf.concat([out, second[:, -1]], 1)
W = tf.Variable(tf.truncated_normal([final.get_shape()[1].value, 1], stddev=0.1))
y_hat = tf.squeeze(tf.nn.xw_plus_b(final, W, tf.Variable(tf.constant(0., shape=[1]))))
loss = tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(logits=y_hat, labels=Y))
train = tf.train.AdamOptimizer(learning_rate=1e-2).minimize(loss)
acc = tf.reduce_mean(tf.cast(tf.equal(tf.round(tf.sigmoid(y_hat)), Y), tf.float32))
rs = np.random.RandomState(3)
feed = {X: rs.randint(15, size=(8, 6)), Y: rs.randint(2, size=8)}
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for k, v in enumerate(tf.trainable_variables()):
        print(v.name, v.shape)
        v.load(0.4 * np.random.RandomState(k).randn(*v.shape.as_list()), sess)
    for i in range(4):
        print(sess.run([loss, acc, train], feed)[:2])
    print(sess.run(alphas, feed)[0])
