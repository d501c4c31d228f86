"""Sequence to sequence with tf.estimator: attention, training helper and beam search."""
from __future__ import print_function

import os
import tempfile

import numpy as np
import tensorflow as tf
from tensorflow.contrib import layers

GO_TOKEN, END_TOKEN = 0, 1
VOCAB = 10


def initializer(seed):
    def init(shape, dtype=None, partition_info=None):
        return tf.constant(0.3 * np.random.RandomState(seed).randn(*shape), tf.float32)
    return init


def seq2seq(mode, features, labels, params):
    vocab_size = params['vocab_size']
    embed_dim = params['embed_dim']
    num_units = params['num_units']
    inp = features['input']
    batch_size = tf.shape(inp)[0]
    training = mode == tf.estimator.ModeKeys.TRAIN
    start_tokens = tf.zeros([batch_size], dtype=tf.int32)
    with tf.variable_scope('', initializer=initializer(1)):
        embeddings = tf.get_variable('embeddings', [vocab_size, embed_dim])
        input_embed = tf.nn.embedding_lookup(embeddings, inp)
        input_lengths = tf.reduce_sum(tf.to_int32(tf.not_equal(inp, END_TOKEN)), 1)
        cell = tf.contrib.rnn.GRUCell(num_units=num_units)
        encoder_outputs, encoder_final_state = tf.nn.dynamic_rnn(
            cell, input_embed, input_lengths, dtype=tf.float32)

        def decode(helper, scope, reuse=None):
            with tf.variable_scope(scope, reuse=reuse):
                attention_mechanism = tf.contrib.seq2seq.LuongAttention(
                    num_units=num_units, memory=encoder_outputs,
                    memory_sequence_length=input_lengths)
                cell = tf.contrib.rnn.GRUCell(num_units=num_units)
                attn_cell = tf.contrib.seq2seq.AttentionWrapper(
                    cell, attention_mechanism, attention_layer_size=num_units // 2)
                out_cell = tf.contrib.rnn.OutputProjectionWrapper(
                    attn_cell, vocab_size, reuse=reuse)
                decoder = tf.contrib.seq2seq.BasicDecoder(
                    cell=out_cell, helper=helper,
                    initial_state=out_cell.zero_state(dtype=tf.float32, batch_size=batch_size))
                outputs = tf.contrib.seq2seq.dynamic_decode(
                    decoder=decoder, output_time_major=False, impute_finished=True,
                    maximum_iterations=params['output_max_length'])
                return outputs[0]

        pred_helper = tf.contrib.seq2seq.GreedyEmbeddingHelper(
            embeddings, start_tokens=tf.to_int32(start_tokens), end_token=END_TOKEN)
        if mode == tf.estimator.ModeKeys.PREDICT:
            pred_outputs = decode(pred_helper, 'decode')
            return tf.estimator.EstimatorSpec(
                mode=mode, predictions={'ids': pred_outputs.sample_id})
        output = labels
        train_output = tf.concat([tf.expand_dims(start_tokens, 1), output], 1)
        output_lengths = tf.reduce_sum(tf.to_int32(tf.not_equal(output, END_TOKEN)), 1) + 1
        output_embed = tf.nn.embedding_lookup(embeddings, train_output)
        train_helper = tf.contrib.seq2seq.TrainingHelper(output_embed, output_lengths)
        train_outputs = decode(train_helper, 'decode')
        pred_outputs = decode(pred_helper, 'decode', reuse=True)
    tf.identity(train_outputs.sample_id[0], name='train_pred')
    steps = tf.shape(train_outputs.rnn_output)[1]
    weights = tf.sequence_mask(output_lengths, steps, dtype=tf.float32)
    loss = tf.contrib.seq2seq.sequence_loss(
        train_outputs.rnn_output, output[:, :steps], weights=weights)
    train_op = layers.optimize_loss(
        loss, tf.train.get_global_step(), optimizer=params.get('optimizer', 'Adam'),
        learning_rate=params.get('learning_rate', 0.03), summaries=['loss', 'learning_rate'],
        clip_gradients=2.0) if training else None
    tf.identity(pred_outputs.sample_id[0], name='predictions')
    metrics = {'token_accuracy': tf.metrics.accuracy(
        output[:, :steps], train_outputs.sample_id, weights),
        'perplexity': tf.metrics.mean(tf.exp(loss))}
    return tf.estimator.EstimatorSpec(
        mode=mode, predictions={'ids': pred_outputs.sample_id}, loss=loss, train_op=train_op,
        eval_metric_ops=metrics)


def make_pairs(n):
    rng = np.random.RandomState(3)
    inputs, outputs = np.full([n, 6], END_TOKEN, 'int32'), np.full([n, 6], END_TOKEN, 'int32')
    for i in range(n):
        length = rng.randint(2, 6)
        inputs[i, :length] = rng.randint(2, VOCAB, length)
        outputs[i, :length] = inputs[i, :length][::-1]
    return inputs, outputs


def get_formatter(keys):
    def to_str(sequence):
        return ' '.join(str(token) for token in sequence)

    def format(values):
        return '\n'.join('%s = %s' % (key, to_str(values[key])) for key in keys)
    return format


def train_seq2seq(model_dir):
    inputs, outputs = make_pairs(24)
    params = {'vocab_size': VOCAB, 'batch_size': 8, 'input_max_length': 6,
              'output_max_length': 6, 'embed_dim': 7, 'num_units': 12}
    est = tf.estimator.Estimator(
        model_fn=seq2seq, model_dir=model_dir, params=params,
        config=tf.estimator.RunConfig(save_checkpoints_secs=None, save_checkpoints_steps=None))
    input_fn = tf.estimator.inputs.numpy_input_fn(
        {'input': inputs}, outputs, batch_size=8, num_epochs=None, shuffle=False)
    eval_fn = tf.estimator.inputs.numpy_input_fn(
        {'input': inputs}, outputs, batch_size=5, num_epochs=1, shuffle=False)
    print_inputs = tf.train.LoggingTensorHook(['train_pred', 'predictions'], every_n_iter=100,
                                              formatter=get_formatter(['train_pred']))
    saver = tf.train.CheckpointSaverHook(model_dir, save_steps=10, checkpoint_basename='s2s')
    est.train(input_fn=input_fn, hooks=[print_inputs, saver], steps=20)
    print(os.path.basename(est.latest_checkpoint()))
    result = est.evaluate(eval_fn)
    print(sorted(result.items()))
    result = est.evaluate(eval_fn, steps=2, name='two')
    print(sorted(result.items()))
    print(sorted(name for name in os.listdir(model_dir) if name.startswith('eval')))
    est.train(input_fn=input_fn, max_steps=30)
    print(sorted(est.evaluate(eval_fn).items()))
    predict_fn = tf.estimator.inputs.numpy_input_fn(
        {'input': inputs}, batch_size=24, num_epochs=1, shuffle=False)
    for row, prediction in zip(inputs, est.predict(predict_fn)):
        print(row, prediction['ids'])
    print([(name, est.get_variable_value(name).shape) for name in est.get_variable_names()
           if 'Adam' not in name])


if __name__ == '__main__':
    tf.logging.set_verbosity(tf.logging.ERROR)
    train_seq2seq(tempfile.mkdtemp())
