# Text classification: VocabularyProcessor, embed_sequence, GRU, contrib.layers' head.
from __future__ import print_function
import os
import tempfile
import numpy as np
import tensorflow as tf
from tensorflow.contrib import learn

DOCS = ["I loved this movie, it's great", "what a terrible waste of time",
        "great acting and a great story", "terrible. I hated it", "I loved it!", "a waste"]
LABELS = np.array([1, 0, 1, 0, 1, 0])
MAX_LEN = 5

vocab_processor = learn.preprocessing.VocabularyProcessor(MAX_LEN)
x_train = np.array(list(vocab_processor.fit_transform(DOCS)))
x_test = np.array(list(vocab_processor.transform(["great movie", "hated every minute of it"])))
n_words = len(vocab_processor.vocabulary_)
print('Total words: %d' % n_words, x_train.dtype)
print(x_train)
path = os.path.join(tempfile.mkdtemp(), "vocab")
vocab_processor.save(path)
print(np.array(list(learn.preprocessing.VocabularyProcessor.restore(path).transform(DOCS[:1]))),
      list(vocab_processor.reverse(x_test[:1])), x_test)


def rnn_model(features, target):
    word_vectors = tf.contrib.layers.embed_sequence(
        features, vocab_size=n_words, embed_dim=6, scope='words')
    word_list = tf.unstack(word_vectors, axis=1)
    cell = tf.nn.rnn_cell.GRUCell(6)
    _, encoding = tf.nn.static_rnn(cell, word_list, dtype=tf.float32)
    target = tf.one_hot(target, 2, 1, 0)
    logits = tf.contrib.layers.fully_connected(
        encoding, 2, activation_fn=None, weights_regularizer=tf.contrib.layers.l2_regularizer(0.1))
    loss = tf.losses.softmax_cross_entropy(target, logits)
    total = loss + sum(tf.get_collection(tf.GraphKeys.REGULARIZATION_LOSSES))
    train_op = tf.contrib.layers.optimize_loss(
        total, tf.train.get_or_create_global_step(), optimizer='Adam', learning_rate=0.01,
        clip_gradients=1.0)
    return {'class': tf.argmax(logits, 1), 'prob': tf.nn.softmax(logits)}, loss, train_op


x = tf.placeholder(tf.int64, [None, MAX_LEN])
y = tf.placeholder(tf.int32, [None])
predictions, loss, train_op = rnn_model(x, y)
print(learn.ModeKeys.TRAIN, learn.ModeKeys.INFER)
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for k, v in enumerate(tf.trainable_variables()):
        print(v.name, v.shape)
        v.load(0.3 * np.random.RandomState(k).randn(*v.shape.as_list()), sess)
    for step in range(5):
        print(step, sess.run([loss, train_op], {x: x_train, y: LABELS}))
    print(sess.run(predictions, {x: x_test}), sess.run(tf.train.get_global_step()))
