# tf.layers over a recurrent network: dense, dropout, batch normalisation, convolution, reuse.
import numpy as np
import tensorflow as tf
from tensorflow.python.layers.core import Dense

T, D = 8, 4
x = tf.placeholder(tf.float32, [None, T, D])
y = tf.placeholder(tf.float32, [None, 1])
training = tf.placeholder(tf.bool)
conv = tf.layers.conv1d(x, filters=6, kernel_size=2, strides=1, padding='same',
                        activation=tf.nn.relu, name='conv')
pool = tf.layers.max_pooling1d(inputs=conv, pool_size=2, strides=2, padding='same')
cells = [tf.nn.rnn_cell.DropoutWrapper(tf.nn.rnn_cell.LSTMCell(n), output_keep_prob=1.0)
         for n in (5, 4)]
outputs, state = tf.nn.dynamic_rnn(tf.nn.rnn_cell.MultiRNNCell(cells), pool, dtype=tf.float32)
net = tf.layers.batch_normalization(outputs[:, -1, :], training=training, momentum=0.9)
net = tf.layers.dense(net, 6, activation=tf.nn.tanh,
                      kernel_initializer=tf.variance_scaling_initializer(),
                      kernel_regularizer=tf.contrib.layers.l2_regularizer(0.01))
net = tf.layers.dropout(net, rate=0.0, training=training)
with tf.variable_scope('head'):
    a = tf.layers.dense(net, 1, name='shared')
with tf.variable_scope('head', reuse=True):
    b = tf.layers.dense(net, 1, name='shared')
layer = Dense(3, use_bias=False)
three = layer(tf.layers.Flatten()(conv))
img = tf.layers.conv2d(tf.expand_dims(x, -1), 2, (3, 3), name='img')
img = tf.layers.flatten(tf.layers.average_pooling2d(img, 2, 2))
pred = tf.layers.dense(tf.concat([a, b, three, img], 1), 1, name='pred')
loss = tf.losses.mean_squared_error(y, pred) + tf.losses.get_regularization_loss()
with tf.control_dependencies(tf.get_collection(tf.GraphKeys.UPDATE_OPS)):
    train = tf.train.AdamOptimizer(0.01).minimize(loss)
rs = np.random.RandomState(2)
feed = {x: rs.randn(5, T, D), y: rs.randn(5, 1), training: True}
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for k, v in enumerate(tf.trainable_variables()):
        print(v.name, v.shape)
        v.load(0.3 * np.random.RandomState(k).randn(*v.shape.as_list()), sess)
    for _ in range(3):
        print(sess.run([loss, train], feed)[0])
    feed[training] = False
    print(sess.run(pred, feed).ravel())
    print([v.op.name for v in tf.global_variables() if 'moving' in v.op.name])
