"""Two heads on one GRU: tags and a size; hooks, export and a warm start, as estimators had them."""
from __future__ import print_function
import tempfile

import numpy as np
import tensorflow as tf

tf.logging.set_verbosity(tf.logging.ERROR)
X = np.random.RandomState(0).randn(40, 6, 3).astype(np.float32)
Y = np.stack([(X.sum((1, 2)) > 0), X[:, 0, 0] > 0], 1).astype(np.int64)
Z = X.mean((1, 2))[:, None]
def model_fn(features, labels, mode, params):
    cell = tf.nn.rnn_cell.DropoutWrapper(tf.nn.rnn_cell.GRUCell(params['units']), output_keep_prob=1.0)
    out, state = tf.nn.dynamic_rnn(cell, features['x'], dtype=tf.float32)
    tags = tf.contrib.estimator.multi_label_head(2, name='tags', thresholds=[0.5])
    size = tf.contrib.estimator.regression_head(name='size')
    head = tf.contrib.estimator.multi_head([tags, size], head_weights=[1.0, 0.5])
    logits = {'tags': tf.layers.dense(state, 2, name='t'), 'size': tf.layers.dense(state, 1, name='s')}
    opt = tf.contrib.estimator.clip_gradients_by_norm(tf.train.AdamOptimizer(0.02), 1.0)
    return head.create_estimator_spec(features, mode, logits, labels, train_op_fn=lambda loss: opt.minimize(loss, tf.train.get_global_step()))
class Log(tf.train.SessionRunHook):
    def begin(self): self.step = 0
    def before_run(self, ctx): return tf.train.SessionRunArgs({'l': tf.losses.get_losses()[-1]})
    def after_run(self, ctx, vals):
        self.step += 1
        if self.step % 5 == 0: print('hook', self.step, '%.4f' % vals.results['l'])
d = tempfile.mkdtemp()
est = tf.estimator.Estimator(model_fn, d, tf.estimator.RunConfig(tf_random_seed=7, save_checkpoints_steps=10), params={'units': 5})
fn = lambda n: tf.estimator.inputs.numpy_input_fn({'x': X}, {'tags': Y, 'size': Z.astype(np.float32)}, batch_size=8, num_epochs=n, shuffle=False)
est.train(fn(None), hooks=[Log()], steps=20)
for k, v in sorted(est.evaluate(fn(1)).items()): print(k, '%.4f' % v)
p = next(est.predict(fn(1)))
for k in sorted(p): print(k, np.round(p[k], 4).tolist())
def serving():
    ser = tf.placeholder(tf.string, [None], name='ex')
    f = tf.parse_example(ser, {'x': tf.FixedLenFeature([6, 3], tf.float32)})
    return tf.estimator.export.ServingInputReceiver(f, {'examples': ser})
out = est.export_savedmodel(d + '/e', serving)
predictor = tf.contrib.predictor
for key in ('tags', 'size', 'predict'):
    pr = predictor.from_saved_model(out.decode(), signature_def_key=key)
    ex = tf.train.Example(features=tf.train.Features(feature={'x': tf.train.Feature(float_list=tf.train.FloatList(value=X[0].ravel()))})).SerializeToString()
    r = pr({list(pr.feed_tensors)[0]: [ex]})
    print(key, sorted(r), [np.round(r[k], 4).tolist() for k in sorted(r) if r[k].dtype != object])
ws = tf.estimator.Estimator(model_fn, tempfile.mkdtemp(), tf.estimator.RunConfig(tf_random_seed=7), params={'units': 5}, warm_start_from=tf.estimator.WarmStartSettings(d, vars_to_warm_start='rnn.*'))
ws.train(fn(None), steps=1)
print(sorted(ws.get_variable_names()))
print('%.4f' % ws.evaluate(fn(1))['loss'])
