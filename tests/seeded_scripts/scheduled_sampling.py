"""A decoder that is fed its own words more and more, then beams, with a decayed rate."""

import numpy as np
import tensorflow as tf

np.random.seed(0)
tf.set_random_seed(215)
seq2seq = tf.contrib.seq2seq

target = tf.placeholder(tf.int32, [4, 6])
chance = tf.placeholder(tf.float32, [])
embedding = tf.get_variable("embedding", [9, 5])
cell = tf.nn.rnn_cell.GRUCell(7)
head = tf.layers.Dense(9)
context = tf.get_variable("context", [4, 7], initializer=tf.random_normal_initializer())
inputs = tf.nn.embedding_lookup(embedding, target)
helper = seq2seq.ScheduledEmbeddingTrainingHelper(inputs, [6] * 4, embedding, chance)
decoder = seq2seq.BasicDecoder(cell, helper, context, head)
outputs, _, _ = seq2seq.dynamic_decode(decoder, scope="decoder")
loss = seq2seq.sequence_loss(outputs.rnn_output, target, tf.ones([4, 6]))
train = tf.train.AdamOptimizer(0.03).minimize(loss)
beams = seq2seq.BeamSearchDecoder(
    cell, embedding, [1] * 4, 2, seq2seq.tile_batch(context, 3), beam_width=3, output_layer=head
)
found, _, _ = seq2seq.dynamic_decode(beams, maximum_iterations=5, scope="decoder")
last = tf.random_normal([2])
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    print("last", sess.run(last))
    feed = {target: np.random.randint(0, 9, [4, 6])}
    for i in range(16):
        feed[chance] = 0.05 * i
        print("step %d loss %.5f" % (i, sess.run([loss, train], feed)[0]))
    print(sess.run(found.predicted_ids)[0, :, 0])
