# An application: flags, HParams, a data pipeline, a checkpoint, and tf.Print's and py_func's like.
import os
import tempfile
import numpy as np
import tensorflow as tf
from tensorflow.contrib.training import HParams
from tensorflow.contrib import cudnn_rnn
from tensorflow.python.platform import gfile

FLAGS = tf.app.flags.FLAGS
tf.app.flags.DEFINE_integer('steps', 4, 'steps')
tf.app.flags.DEFINE_float('rate', 0.1, 'rate')
tf.app.flags.DEFINE_boolean('fancy', True, 'fancy')
tf.app.flags.DEFINE_string('hparams', '', 'overrides')


def model_fn(features, hp, mode):
    cells = [tf.contrib.rnn.UGRNNCell(n) for n in hp.sizes]
    outputs, _ = tf.nn.dynamic_rnn(tf.contrib.rnn.MultiRNNCell(cells), features, dtype=tf.float32)
    return tf.reduce_mean(outputs, axis=[1, 2])


def main(argv):
    hp = HParams(sizes=[4, 3], rate=FLAGS.rate, name='x', deep=False)
    hp.parse(FLAGS.hparams or 'rate=0.2,sizes=[3,2],deep=true')
    print(sorted(hp.values().items()), hp.to_json(sort_keys=True), 'rate' in hp, FLAGS.fancy, argv[1:])
    data = np.random.RandomState(0).randn(12, 5, 2).astype(np.float32)
    dataset = tf.data.Dataset.from_tensor_slices(data).repeat().batch(4)
    iterator = dataset.make_initializable_iterator()
    batch = iterator.get_next()
    global_step = tf.Variable(0, trainable=False, name='global_step')
    rate = tf.train.exponential_decay(hp.rate, global_step, 2, 0.5, staircase=True)
    out = model_fn(batch, hp, tf.contrib.learn.ModeKeys.TRAIN)
    doubled = tf.py_func(lambda a: (2 * a).astype(np.float32), [out], tf.float32)
    loss = tf.reduce_mean(tf.square(out - 1.0), name='loss')
    train = tf.contrib.layers.optimize_loss(loss, global_step, rate, 'SGD', summaries=['loss'])
    folder = os.path.join(tempfile.mkdtemp(), 'runs')
    if not tf.gfile.Exists(folder):
        tf.gfile.MakeDirs(folder)
    saver = tf.train.Saver(max_to_keep=2)
    with tf.Session() as sess:
        sess.run([tf.global_variables_initializer(), tf.local_variables_initializer(),
                  tf.tables_initializer(), iterator.initializer])
        for k, v in enumerate(tf.trainable_variables()):
            print(v.op.name, v.shape)
            v.load(0.3 * np.random.RandomState(k).randn(*v.shape.as_list()), sess)
        for step in range(FLAGS.steps):
            print(step, sess.run([train, rate]), sess.run(doubled).shape)
        saver.save(sess, os.path.join(folder, 'model'), global_step=global_step)
        before = sess.run(tf.trainable_variables()[0])
    print(sorted(gfile.ListDirectory(folder))[:3], tf.train.latest_checkpoint(folder)[-7:])
    with tf.Session() as sess:
        saver.restore(sess, tf.train.latest_checkpoint(folder))
        print(np.array_equal(before, sess.run(tf.trainable_variables()[0])), sess.run(global_step))
    tf.logging.set_verbosity(tf.logging.INFO)
    return 3


if __name__ == '__main__':
    tf.app.run()
