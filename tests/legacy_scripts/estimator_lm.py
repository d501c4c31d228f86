"""Language model whose state is carried from batch to batch, with tf.estimator and hooks."""
from __future__ import print_function

import tempfile

import numpy as np
import tensorflow as tf

tf.logging.set_verbosity(tf.logging.ERROR)

flags = tf.app.flags
flags.DEFINE_integer('batch_size', 3, 'Batch size.')
flags.DEFINE_integer('num_steps', 5, 'Unrolled steps.')
flags.DEFINE_integer('hidden_size', 8, 'LSTM units.')
FLAGS = flags.FLAGS

TEXT = ('the quick brown fox jumps over the lazy dog while the other dogs sleep in the sun ' * 5)
CHARS = sorted(set(TEXT))


def input_fn(repeat):
    """Yields the text in `batch_size` parallel streams, `num_steps` characters at a time."""
    data = np.array([CHARS.index(c) for c in TEXT], np.int32)
    batch_len = len(data) // FLAGS.batch_size
    data = data[:batch_len * FLAGS.batch_size].reshape([FLAGS.batch_size, batch_len])
    epoch_size = (batch_len - 1) // FLAGS.num_steps

    def gen():
        for _ in range(repeat):
            for i in range(epoch_size):
                at = i * FLAGS.num_steps
                yield (data[:, at:at + FLAGS.num_steps],
                       data[:, at + 1:at + FLAGS.num_steps + 1])

    shape = [FLAGS.batch_size, FLAGS.num_steps]
    dataset = tf.data.Dataset.from_generator(gen, (tf.int32, tf.int32), (shape, shape))
    features, labels = dataset.make_one_shot_iterator().get_next()
    return {'tokens': features}, labels


def constant(seed):
    def init(shape, dtype=None, partition_info=None):
        return tf.constant(0.3 * np.random.RandomState(seed).randn(*shape), tf.float32)
    return init


def model_fn(features, labels, mode, params, config):
    vocab, hidden = len(CHARS), params.hidden_size
    with tf.variable_scope('lm', initializer=constant(0)):
        embedding = tf.get_variable('embedding', [vocab, hidden])
        inputs = tf.nn.embedding_lookup(embedding, features['tokens'])
        cell = tf.contrib.rnn.BasicLSTMCell(hidden, forget_bias=0.0)
        # The state lives in local variables: it is not saved, and starts at zero in each session.
        state_vars = [tf.get_variable(
            name, [FLAGS.batch_size, hidden], initializer=tf.zeros_initializer(),
            trainable=False, collections=[tf.GraphKeys.LOCAL_VARIABLES]) for name in 'ch']
        outputs, last = tf.nn.dynamic_rnn(
            cell, inputs, initial_state=tf.contrib.rnn.LSTMStateTuple(*state_vars))
        softmax_w = tf.get_variable('softmax_w', [hidden, vocab])
        logits = tf.tensordot(outputs, softmax_w, 1)
    with tf.control_dependencies([tf.assign(v, s) for v, s in zip(state_vars, last)]):
        logits = tf.identity(logits)
    predictions = {'next': tf.argmax(logits, -1), 'top': tf.reduce_max(tf.nn.softmax(logits), -1)}
    if mode == tf.estimator.ModeKeys.PREDICT:
        return tf.estimator.EstimatorSpec(mode, predictions=predictions)
    loss = tf.contrib.seq2seq.sequence_loss(
        logits, labels, tf.ones([FLAGS.batch_size, FLAGS.num_steps]))
    if mode == tf.estimator.ModeKeys.EVAL:
        return tf.estimator.EstimatorSpec(
            mode, predictions, loss,
            eval_metric_ops={'acc': tf.metrics.accuracy(labels, predictions['next'])})
    rate = tf.train.exponential_decay(
        params.learning_rate, tf.train.get_global_step(), 10, 0.7, staircase=True)
    optimizer = tf.contrib.estimator.clip_gradients_by_norm(
        tf.train.MomentumOptimizer(rate, 0.9), 1.0)
    train_op = optimizer.minimize(loss, global_step=tf.train.get_global_step())
    saver = tf.train.Saver(max_to_keep=2)
    return tf.estimator.EstimatorSpec(
        mode, predictions, loss, train_op, scaffold=tf.train.Scaffold(saver=saver),
        training_hooks=[tf.train.LoggingTensorHook({'lr': rate}, every_n_iter=1)])


class RateRecorder(tf.train.SessionRunHook):
    def before_run(self, run_context):
        return tf.train.SessionRunArgs({'step': tf.train.get_global_step(),
                                        'c': run_context.session.graph.get_tensor_by_name('lm/c:0')})

    def after_run(self, run_context, run_values):
        if run_values.results['step'] % 4 == 0:
            print(run_values.results['step'], np.abs(run_values.results['c']).sum(1))


def main(_):
    hparams = tf.contrib.training.HParams(learning_rate=0.5, hidden_size=FLAGS.hidden_size)
    config = tf.contrib.learn.RunConfig(save_checkpoints_steps=8, tf_random_seed=7,
                                        model_dir=tempfile.mkdtemp())
    print(config.tf_random_seed, config.is_chief, config.task_type)
    config = tf.estimator.RunConfig(model_dir=config.model_dir, save_checkpoints_steps=8)
    lm = tf.estimator.Estimator(model_fn, params=hparams, config=config)
    lm.train(lambda: input_fn(1), hooks=[RateRecorder()])
    result = lm.evaluate(lambda: input_fn(1), steps=10)
    print('perplexity %.4f, accuracy %.4f, step %d' % (
        np.exp(result['loss']), result['acc'], result['global_step']))
    lm.train(lambda: input_fn(2))
    result = lm.evaluate(lambda: input_fn(1))
    print('perplexity %.4f, accuracy %.4f, step %d' % (
        np.exp(result['loss']), result['acc'], result['global_step']))
    for i, out in enumerate(lm.predict(lambda: input_fn(1), yield_single_examples=False)):
        if i < 3:
            print(''.join(CHARS[j] for j in out['next'][0]).replace(' ', '_'), out['top'][0])
    print(len(tf.train.get_checkpoint_state(lm.model_dir).all_model_checkpoint_paths))


if __name__ == '__main__':
    tf.app.run()
