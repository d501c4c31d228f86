# The tutorial's static LSTM over the rows of MNIST's images.
import sys
import numpy as np
import tensorflow as tf
from tensorflow.contrib import rnn
from tensorflow.examples.tutorials.mnist import input_data

mnist = input_data.read_data_sets(sys.argv[1], one_hot=True, validation_size=20, seed=7)

time_steps = 28
num_units = 16
n_input = 28
n_classes = 10
batch_size = 32

out_weights = tf.Variable(tf.random_normal([num_units, n_classes]))
out_bias = tf.Variable(tf.random_normal([n_classes]))
x = tf.placeholder("float", [None, time_steps, n_input])
y = tf.placeholder("float", [None, n_classes])

input = tf.unstack(x, time_steps, 1)
lstm_layer = rnn.BasicLSTMCell(num_units, forget_bias=1)
outputs, _ = rnn.static_rnn(lstm_layer, input, dtype="float32")
prediction = tf.matmul(outputs[-1], out_weights) + out_bias

loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(logits=prediction, labels=y))
opt = tf.train.AdamOptimizer(learning_rate=0.001).minimize(loss)
correct_prediction = tf.equal(tf.argmax(prediction, 1), tf.argmax(y, 1))
accuracy = tf.reduce_mean(tf.cast(correct_prediction, tf.float32))

with tf.Session() as sess:
    sess.run(tf.initialize_all_variables())
    for k, v in enumerate(tf.trainable_variables()):
        print(v.name, v.get_shape())
        sess.run(v.assign(0.3 * np.random.RandomState(k).randn(*v.shape.as_list())))
    for it in range(1, 5):
        batch_x, batch_y = mnist.train.next_batch(batch_size)
        batch_x = batch_x.reshape((batch_size, time_steps, n_input))
        sess.run(opt, feed_dict={x: batch_x, y: batch_y})
        acc, los = sess.run([accuracy, loss], feed_dict={x: batch_x, y: batch_y})
        print("For iter ", it, "Accuracy ", acc, "Loss ", los)
    print("labels", np.argmax(batch_y[:8], 1), mnist.train.epochs_completed)
    test_data = mnist.test.images[:64].reshape((-1, time_steps, n_input))
    print("Testing Accuracy:",
          sess.run(accuracy, feed_dict={x: test_data, y: mnist.test.labels[:64]}))
