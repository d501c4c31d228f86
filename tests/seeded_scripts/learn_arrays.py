"""A classifier of words in the manner of contrib.learn's examples: arrays, then an experiment."""
import tempfile

import numpy as np
import tensorflow as tf

learn = tf.contrib.learn
tf.logging.set_verbosity(tf.logging.ERROR)
X = np.random.RandomState(1).randint(1, 20, (30, 7)); Y = (X[:, 0] > 10).astype(np.int64)
def rnn_model(features, target, mode, params):
    target_1h = tf.one_hot(target, 2, 1, 0)
    wv = tf.contrib.layers.embed_sequence(features, vocab_size=20, embed_dim=6, scope='words')
    wl = tf.unstack(wv, axis=1)
    cell = tf.contrib.rnn.GRUCell(6)
    _, enc = tf.contrib.rnn.static_rnn(cell, wl, dtype=tf.float32)
    logits = tf.contrib.layers.fully_connected(enc, 2, activation_fn=None)
    loss = tf.contrib.losses.softmax_cross_entropy(logits, target_1h)
    train_op = tf.contrib.layers.optimize_loss(loss, tf.contrib.framework.get_global_step(), optimizer='Adam', learning_rate=params['lr'])
    return {'class': tf.argmax(logits, 1), 'prob': tf.nn.softmax(logits)}, loss, train_op
clf = learn.Estimator(model_fn=rnn_model, params={'lr': 0.02}, config=learn.RunConfig(tf_random_seed=4))
clf.fit(X, Y, steps=12, batch_size=10)
r = clf.evaluate(X, Y, metrics={'acc': learn.MetricSpec(tf.contrib.metrics.streaming_accuracy, prediction_key='class')})
print({k: round(float(v), 4) for k, v in sorted(r.items())})
pr = list(clf.predict(X[:3], as_iterable=True)); print([np.round(p['prob'], 4).tolist() for p in pr])
def exp_fn(run_config, hparams):
    est = learn.Estimator(model_fn=rnn_model, params={'lr': hparams.lr}, config=run_config)
    def inp(): return tf.constant(X), tf.constant(Y)
    return learn.Experiment(est, inp, inp, train_steps=8, eval_steps=1, eval_metrics={'acc': learn.MetricSpec(tf.contrib.metrics.streaming_accuracy, prediction_key='class')})
res = learn.learn_runner.run(exp_fn, run_config=learn.RunConfig(model_dir=tempfile.mkdtemp(), tf_random_seed=2), hparams=tf.contrib.training.HParams(lr=0.05), schedule='train_and_evaluate')
print({k: round(float(v), 4) for k, v in sorted(res[0].items())})
