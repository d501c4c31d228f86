# Convolution, pooling and heads of contrib.layers and slim over and under recurrent layers.
import numpy as np
import tensorflow as tf
import tensorflow.contrib.slim as slim
import tensorflow.contrib.layers as layers
from tensorflow.contrib.framework import nest, arg_scope

x = tf.placeholder(tf.float32, [None, 8, 8, 1])
is_training = tf.placeholder_with_default(True, [])
with slim.arg_scope([slim.conv2d, slim.fully_connected], activation_fn=tf.nn.elu,
                    weights_initializer=tf.truncated_normal_initializer(stddev=0.01),
                    weights_regularizer=slim.l2_regularizer(0.05)):
    net = slim.conv2d(x, 4, [3, 3], scope='conv1')
    net = slim.max_pool2d(net, [2, 2], scope='pool1')
    net = slim.repeat(net, 2, slim.conv2d, 4, [3, 3], scope='conv2')
    net = layers.batch_norm(net, is_training=is_training, decay=0.9, scale=True, scope='bn')
    rows = tf.reshape(net, [-1, 4, 16])
    cell = tf.contrib.rnn.LayerNormBasicLSTMCell(6)
    outputs, state = tf.nn.dynamic_rnn(cell, rows, dtype=tf.float32)
    net = slim.dropout(outputs[:, -1], 1.0, is_training=is_training)
    net = slim.stack(net, slim.fully_connected, [5, 4], scope='fc')
net = layers.layer_norm(net)
net = layers.linear(layers.relu(net, 4), 3, scope='out')
flat = slim.flatten(x)
with arg_scope([layers.fully_connected], activation_fn=tf.tanh):
    other = layers.fully_connected(flat, 3, normalizer_fn=layers.batch_norm,
                                   normalizer_params={'is_training': is_training})
loss = tf.losses.sparse_softmax_cross_entropy(tf.constant([0, 1, 2]), net + other)
tf.losses.add_loss(tf.nn.l2_loss(other))
total = slim.losses.get_total_loss() if hasattr(slim.losses, 'get_total_loss') else tf.losses.get_total_loss()
train_op = slim.learning.create_train_op(total, tf.train.GradientDescentOptimizer(0.1))
print(len(nest.flatten(state)), nest.is_sequence(state), len(slim.get_model_variables()),
      len(tf.get_collection(tf.GraphKeys.UPDATE_OPS)), len(slim.losses.get_regularization_losses()))
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for k, v in enumerate(tf.trainable_variables()):
        print(v.name, v.shape)
        v.load(0.3 * np.random.RandomState(k).randn(*v.shape.as_list()), sess)
    feed = {x: np.random.RandomState(5).randn(3, 8, 8, 1)}
    for _ in range(3):
        print(sess.run([loss, train_op], feed))
    print(sess.run(net, {x: feed[x], is_training: False})[0])
    for v in slim.get_variables_by_suffix('moving_mean'):
        print(v.op.name, sess.run(v))
