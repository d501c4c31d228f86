# Regression of a sine with a basic cell and an output projection, in the style of many posts.
import numpy as np
import tensorflow as tf
from tensorflow.python.ops import rnn, rnn_cell

BATCH_START, TIME_STEPS, BATCH_SIZE, CELL_SIZE = 0, 8, 6, 10


def get_batch():
    global BATCH_START
    xs = np.arange(BATCH_START, BATCH_START + TIME_STEPS * BATCH_SIZE).reshape(
        (BATCH_SIZE, TIME_STEPS)) / (10 * np.pi)
    BATCH_START += TIME_STEPS
    return [np.sin(xs)[:, :, np.newaxis].astype(np.float), np.cos(xs)[:, :, np.newaxis], xs]


class LSTMRNN(object):
    def __init__(self, n_steps, input_size, output_size, cell_size, batch_size):
        self.n_steps, self.cell_size, self.batch_size = n_steps, cell_size, batch_size
        with tf.name_scope('inputs'):
            self.xs = tf.placeholder(tf.float32, [None, n_steps, input_size], name='xs')
            self.ys = tf.placeholder(tf.float32, [None, n_steps, output_size], name='ys')
        with tf.variable_scope('in_hidden'):
            l_in_x = tf.reshape(self.xs, [-1, input_size], name='2_2D')
            Ws_in = self._weight_variable([input_size, cell_size])
            bs_in = self._bias_variable([cell_size, ])
            l_in_y = tf.reshape(tf.matmul(l_in_x, Ws_in) + bs_in, [-1, n_steps, cell_size])
        with tf.variable_scope('LSTM_cell'):
            lstm_cell = tf.nn.rnn_cell.BasicLSTMCell(cell_size, forget_bias=1.0, state_is_tuple=True)
            with tf.name_scope('initial_state'):
                self.cell_init_state = lstm_cell.zero_state(batch_size, dtype=tf.float32)
            self.cell_outputs, self.cell_final_state = tf.nn.dynamic_rnn(
                lstm_cell, l_in_y, initial_state=self.cell_init_state, time_major=False)
        with tf.variable_scope('out_hidden'):
            l_out_x = tf.reshape(self.cell_outputs, [-1, cell_size], name='2_2D')
            self.pred = tf.matmul(l_out_x, self._weight_variable([cell_size, output_size])) + \
                self._bias_variable([output_size, ])
        losses = tf.contrib.legacy_seq2seq.sequence_loss_by_example(
            [tf.reshape(self.pred, [-1])], [tf.reshape(self.ys, [-1])],
            [tf.ones([batch_size * n_steps], dtype=tf.float32)],
            average_across_timesteps=True,
            softmax_loss_function=lambda labels, logits: tf.square(tf.subtract(labels, logits)),
            name='losses')
        with tf.name_scope('average_cost'):
            self.cost = tf.div(tf.reduce_sum(losses), tf.cast(batch_size, tf.float32))
        self.train_op = tf.train.AdamOptimizer(0.006).minimize(self.cost)

    def _weight_variable(self, shape, name='weights'):
        initializer = tf.random_normal_initializer(mean=0., stddev=1., )
        return tf.get_variable(shape=shape, initializer=initializer, name=name)

    def _bias_variable(self, shape, name='biases'):
        return tf.get_variable(name=name, shape=shape, initializer=tf.constant_initializer(0.1))


model = LSTMRNN(TIME_STEPS, 1, 1, CELL_SIZE, BATCH_SIZE)
sess = tf.InteractiveSession()
sess.run(tf.global_variables_initializer())
for k, v in enumerate(tf.trainable_variables()):
    print(v.name, v.shape, v.get_shape()[0] == v.shape[0].value)
    v.load(0.4 * np.random.RandomState(k).randn(*v.shape.as_list()), sess)
for i in range(6):
    seq, res, xs = get_batch()
    feed_dict = {model.xs: seq, model.ys: res}
    if i > 0:
        feed_dict[model.cell_init_state] = state
    _, cost, state, pred = sess.run(
        [model.train_op, model.cost, model.cell_final_state, model.pred], feed_dict=feed_dict)
    print('cost: ', round(float(cost), 4))
print(pred[:3].ravel(), state.h.sum())

# And a static one through the private paths of the 1.x days.
with tf.variable_scope('private'):
    outs, st = rnn.static_rnn(rnn_cell.GRUCell(3), tf.unstack(model.xs, axis=1), dtype=tf.float32)
for k, v in enumerate(tf.trainable_variables(scope='private')):
    v.load(0.4 * np.random.RandomState(k).randn(*v.shape.as_list()), sess)
print([v.name for v in tf.trainable_variables(scope='private')], st.eval({model.xs: seq})[0])
