"""Skip-gram embeddings, trained with noise-contrastive estimation."""

import numpy as np
import tensorflow as tf

np.random.seed(0)
tf.set_random_seed(5)

inputs = tf.placeholder(tf.int32, [16])
labels = tf.placeholder(tf.int32, [16, 1])
embeddings = tf.Variable(tf.random_uniform([50, 8], -1.0, 1.0))
embed = tf.nn.embedding_lookup(embeddings, inputs)
nce_weights = tf.Variable(tf.truncated_normal([50, 8], stddev=1.0 / np.sqrt(8)))
nce_biases = tf.Variable(tf.zeros([50]))
loss = tf.reduce_mean(
    tf.nn.nce_loss(
        weights=nce_weights,
        biases=nce_biases,
        labels=labels,
        inputs=embed,
        num_sampled=6,
        num_classes=50,
    )
)
optimizer = tf.train.GradientDescentOptimizer(1.0).minimize(loss)
norm = tf.sqrt(tf.reduce_sum(tf.square(embeddings), 1, keep_dims=True))
normalized = embeddings / norm
with tf.Session() as sess:
    tf.global_variables_initializer().run()
    for step in range(20):
        feed = {inputs: np.random.randint(0, 50, 16), labels: np.random.randint(0, 50, (16, 1))}
        print("Average loss at step ", step, ": ", sess.run([loss, optimizer], feed)[0])
