"""Sequence classifier with dynamic_rnn, tf.estimator and train_and_evaluate."""
from __future__ import absolute_import, division, print_function

import argparse
import shutil
import sys
import tempfile

import numpy as np
import tensorflow as tf

parser = argparse.ArgumentParser()
parser.add_argument('--batch_size', default=10, type=int, help='batch size')
parser.add_argument('--train_steps', default=24, type=int, help='number of training steps')


def make_data(seed, n):
    rng = np.random.RandomState(seed)
    lengths = rng.randint(2, 8, n).astype(np.int32)
    words = np.zeros([n, 7], np.int32)
    for i, length in enumerate(lengths):
        words[i, :length] = rng.randint(1, 20, length)
    labels = (words.sum(1) > 10 * lengths).astype(np.int32)
    return {'words': words, 'length': lengths}, labels


def initializer(seed):
    def init(shape, dtype=None, partition_info=None):
        return tf.constant(0.3 * np.random.RandomState(seed).randn(*shape), tf.float32)
    return init


def my_model(features, labels, mode, params):
    """LSTM over embedded words; the last output goes to a softmax."""
    embeddings = tf.get_variable('embeddings', [20, 6], initializer=initializer(0))
    net = tf.nn.embedding_lookup(embeddings, features['words'])
    cell = tf.nn.rnn_cell.MultiRNNCell(
        [tf.nn.rnn_cell.LSTMCell(units, initializer=initializer(i + 1))
         for i, units in enumerate(params['hidden_units'])])
    if mode == tf.estimator.ModeKeys.TRAIN:
        cell = tf.nn.rnn_cell.DropoutWrapper(cell, output_keep_prob=1.0)
    _, states = tf.nn.dynamic_rnn(
        cell, net, sequence_length=features['length'], dtype=tf.float32)
    softmax_w = tf.get_variable('softmax_w', [params['hidden_units'][-1], params['n_classes']],
                                initializer=initializer(9))
    logits = tf.matmul(states[-1].h, softmax_w)

    predicted_classes = tf.argmax(logits, 1)
    if mode == tf.estimator.ModeKeys.PREDICT:
        predictions = {
            'class_ids': predicted_classes[:, tf.newaxis],
            'probabilities': tf.nn.softmax(logits),
            'logits': logits,
        }
        return tf.estimator.EstimatorSpec(mode, predictions=predictions, export_outputs={
            'predict': tf.estimator.export.PredictOutput(predictions)})

    loss = tf.losses.sparse_softmax_cross_entropy(labels=labels, logits=logits)
    accuracy = tf.metrics.accuracy(labels=labels, predictions=predicted_classes, name='acc_op')
    metrics = {'accuracy': accuracy,
               'auc': tf.metrics.auc(labels, tf.nn.softmax(logits)[:, 1])}
    tf.summary.scalar('accuracy', accuracy[1])
    if mode == tf.estimator.ModeKeys.EVAL:
        return tf.estimator.EstimatorSpec(mode, loss=loss, eval_metric_ops=metrics)

    assert mode == tf.estimator.ModeKeys.TRAIN
    optimizer = tf.train.AdagradOptimizer(learning_rate=params['learning_rate'])
    gradients, variables = zip(*optimizer.compute_gradients(loss))
    gradients, _ = tf.clip_by_global_norm(gradients, 5.0)
    train_op = optimizer.apply_gradients(
        zip(gradients, variables), global_step=tf.train.get_global_step())
    return tf.estimator.EstimatorSpec(mode, loss=loss, train_op=train_op)


def train_input_fn(features, labels, batch_size):
    dataset = tf.data.Dataset.from_tensor_slices((dict(features), labels))
    return dataset.repeat().batch(batch_size)


def eval_input_fn(features, labels, batch_size):
    inputs = dict(features) if labels is None else (dict(features), labels)
    return tf.data.Dataset.from_tensor_slices(inputs).batch(batch_size)


def serving_input_receiver_fn():
    words = tf.placeholder(tf.int32, [None, 7], name='words')
    length = tf.placeholder(tf.int32, [None], name='length')
    receiver = {'words': words, 'length': length}
    return tf.estimator.export.ServingInputReceiver(receiver, receiver)


class PrintLoss(tf.train.SessionRunHook):
    def begin(self):
        self._loss = tf.get_collection(tf.GraphKeys.LOSSES)[0]

    def before_run(self, run_context):
        return tf.train.SessionRunArgs([self._loss, tf.train.get_global_step()])

    def after_run(self, run_context, run_values):
        print('step', run_values.results[1], 'loss', run_values.results[0])


def main(argv):
    args = parser.parse_args(argv[1:])
    train_x, train_y = make_data(0, 60)
    test_x, test_y = make_data(1, 35)
    model_dir = tempfile.mkdtemp()
    params = {'hidden_units': [8, 5], 'n_classes': 2, 'learning_rate': 0.3}
    config = tf.estimator.RunConfig(save_checkpoints_steps=10, keep_checkpoint_max=3,
                                    log_step_count_steps=10, save_summary_steps=5)
    classifier = tf.estimator.Estimator(model_fn=my_model, model_dir=model_dir, params=params,
                                        config=config)
    train_spec = tf.estimator.TrainSpec(
        input_fn=lambda: train_input_fn(train_x, train_y, args.batch_size),
        max_steps=args.train_steps, hooks=[PrintLoss()])
    exporter = tf.estimator.FinalExporter('servo', serving_input_receiver_fn)
    eval_spec = tf.estimator.EvalSpec(
        input_fn=lambda: eval_input_fn(test_x, test_y, args.batch_size), steps=None,
        start_delay_secs=0, throttle_secs=0, exporters=exporter)
    metrics, exported = tf.estimator.train_and_evaluate(classifier, train_spec, eval_spec)
    print(sorted(metrics.items()), len(exported))

    # A second program resumes.
    again = tf.estimator.Estimator(model_fn=my_model, params=params,
                                   config=config.replace(model_dir=model_dir))
    again.train(lambda: train_input_fn(train_x, train_y, args.batch_size), steps=4)
    result = again.evaluate(lambda: eval_input_fn(test_x, test_y, args.batch_size))
    print('\nTest set accuracy: {accuracy:0.3f}, auc {auc:0.3f}\n'.format(**result))
    predictions = again.predict(lambda: eval_input_fn(test_x, None, args.batch_size))
    for prediction, expected, _ in zip(predictions, test_y, range(4)):
        class_id = prediction['class_ids'][0]
        print('Prediction is "{}" ({:.2f}%), expected "{}"'.format(
            class_id, 100 * prediction['probabilities'][class_id], expected))
    for name in again.get_variable_names():
        print(name, again.get_variable_value(name).shape)
    print(again.get_variable_value('softmax_w'))

    predict_fn = tf.contrib.predictor.from_saved_model(exported[0].decode())
    print(predict_fn({'words': test_x['words'][:2], 'length': test_x['length'][:2]})['logits'])
    shutil.rmtree(model_dir)


if __name__ == '__main__':
    tf.logging.set_verbosity(tf.logging.ERROR)
    main(sys.argv)
