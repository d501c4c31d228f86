"""Word vectors by noise contrastive estimation, and candidate samplers of all kinds."""

import numpy as np
import tensorflow as tf

np.random.seed(0)
tf.set_random_seed(207)

centre = tf.placeholder(tf.int32, [8])
context = tf.placeholder(tf.int64, [8, 1])
embeddings = tf.Variable(tf.random_uniform([25, 6], -1.0, 1.0))
w = tf.Variable(tf.truncated_normal([25, 6], stddev=1.0 / np.sqrt(6)))
b = tf.Variable(tf.zeros([25]))
embedded = tf.nn.embedding_lookup(embeddings, centre)
loss = tf.reduce_mean(
    tf.nn.nce_loss(
        weights=w, biases=b, labels=context, inputs=embedded, num_sampled=5, num_classes=25
    )
)
train = tf.train.GradientDescentOptimizer(0.5).minimize(loss)
norm = tf.sqrt(tf.reduce_sum(tf.square(embeddings), 1, keep_dims=True))
near = tf.matmul(
    embedded / tf.nn.embedding_lookup(norm, centre), embeddings / norm, transpose_b=True
)
uniform = tf.nn.uniform_candidate_sampler(context, 1, 4, True, 25)
log_uniform = tf.nn.log_uniform_candidate_sampler(context, 1, 4, True, 25)
learned = tf.nn.learned_unigram_candidate_sampler(context, 1, 4, False, 25)
fixed = tf.nn.fixed_unigram_candidate_sampler(
    context, 1, 4, True, 25, unigrams=[1.0] * 20 + [5.0] * 5
)
feed = {centre: np.random.randint(0, 25, 8), context: np.random.randint(0, 25, [8, 1])}
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for sampler in (uniform, log_uniform, learned, fixed):
        print("sampled", sess.run(sampler.sampled_candidates, feed))
    for i in range(18):
        likeness = sess.run(near, feed)[0, 1]
        print("step %d loss %.5f near %.5f" % (i, sess.run([loss, train], feed)[0], likeness))
