"""Named entities with tf.estimator, tf.data generators and a CRF, in the manner of tf_ner."""
import functools
import json
import os
import tempfile

import numpy as np
import tensorflow as tf

tf.logging.set_verbosity(tf.logging.ERROR)
DATADIR = tempfile.mkdtemp()
SENTENCES = ['John lives in New York', 'Mary went to Paris', 'I met John Smith in London',
             'New York is big', 'Paris is in France', 'Mary Smith lives in London']
TAGS = ['B-PER O O B-LOC I-LOC', 'B-PER O O B-LOC', 'O O B-PER I-PER O B-LOC',
        'B-LOC I-LOC O O', 'B-LOC O O B-LOC', 'B-PER I-PER O O B-LOC']


def write_data():
    with open(os.path.join(DATADIR, 'words.txt'), 'w') as f:
        f.write('\n'.join(SENTENCES) + '\n')
    with open(os.path.join(DATADIR, 'tags.txt'), 'w') as f:
        f.write('\n'.join(TAGS) + '\n')
    for name, lines in (('words', SENTENCES), ('tags', TAGS)):
        vocab = sorted({token for line in lines for token in line.split()})
        with open(os.path.join(DATADIR, 'vocab.{}.txt'.format(name)), 'w') as f:
            f.write('\n'.join(vocab) + '\n')


def parse_fn(line_words, line_tags):
    words = [w.encode() for w in line_words.strip().split()]
    tags = [t.encode() for t in line_tags.strip().split()]
    assert len(words) == len(tags), "Words and tags lengths don't match"
    return (words, len(words)), tags


def generator_fn(words, tags):
    with open(words) as f_words, open(tags) as f_tags:
        for line_words, line_tags in zip(f_words, f_tags):
            yield parse_fn(line_words, line_tags)


def input_fn(words, tags, params=None, repeat=False):
    params = params if params is not None else {}
    shapes = (([None], ()), [None])
    types = ((tf.string, tf.int32), tf.string)
    defaults = (('<pad>', 0), 'O')
    dataset = tf.data.Dataset.from_generator(
        functools.partial(generator_fn, words, tags), output_shapes=shapes, output_types=types)
    if repeat:
        dataset = dataset.repeat(params['epochs'])
    return dataset.padded_batch(params.get('batch_size', 4), shapes, defaults).prefetch(1)


def initializer(seed):
    def init(shape, dtype=None, partition_info=None):
        return tf.constant(0.4 * np.random.RandomState(seed).randn(*shape), tf.float32)
    return init


def model_fn(features, labels, mode, params):
    if isinstance(features, dict):
        features = features['words'], features['nwords']
    words, nwords = features
    vocab_words = tf.contrib.lookup.index_table_from_file(
        params['words'], num_oov_buckets=params['num_oov_buckets'])
    with open(params['tags']) as f:
        num_tags = len(f.readlines())

    word_ids = vocab_words.lookup(words)
    variable = tf.get_variable('embeddings', [params['size'], params['dim']],
                               initializer=initializer(1))
    embeddings = tf.nn.embedding_lookup(variable, word_ids)

    t = tf.transpose(embeddings, perm=[1, 0, 2])
    with tf.variable_scope('lstm', initializer=initializer(2)):
        lstm_cell_fw = tf.contrib.rnn.LSTMBlockFusedCell(params['lstm_size'])
        lstm_cell_bw = tf.contrib.rnn.LSTMBlockFusedCell(params['lstm_size'])
        lstm_cell_bw = tf.contrib.rnn.TimeReversedFusedRNN(lstm_cell_bw)
        output_fw, _ = lstm_cell_fw(t, dtype=tf.float32, sequence_length=nwords)
        output_bw, _ = lstm_cell_bw(t, dtype=tf.float32, sequence_length=nwords)
    output = tf.concat([output_fw, output_bw], axis=-1)
    output = tf.transpose(output, perm=[1, 0, 2])

    w = tf.get_variable('w', [2 * params['lstm_size'], num_tags], initializer=initializer(3))
    logits = tf.tensordot(output, w, 1)
    crf_params = tf.get_variable('crf', [num_tags, num_tags], dtype=tf.float32,
                                 initializer=initializer(4))
    pred_ids, _ = tf.contrib.crf.crf_decode(logits, crf_params, nwords)

    if mode == tf.estimator.ModeKeys.PREDICT:
        reverse_vocab_tags = tf.contrib.lookup.index_to_string_table_from_file(params['tags'])
        pred_strings = reverse_vocab_tags.lookup(tf.to_int64(pred_ids))
        predictions = {'pred_ids': pred_ids, 'tags': pred_strings}
        return tf.estimator.EstimatorSpec(mode, predictions=predictions)

    vocab_tags = tf.contrib.lookup.index_table_from_file(params['tags'])
    tags = vocab_tags.lookup(labels)
    log_likelihood, _ = tf.contrib.crf.crf_log_likelihood(
        logits, tf.cast(tags, tf.int32), nwords, crf_params)
    loss = tf.reduce_mean(-log_likelihood)
    weights = tf.sequence_mask(nwords)
    metrics = {
        'acc': tf.metrics.accuracy(tags, pred_ids, weights),
        'precision': tf.metrics.precision(tf.not_equal(tags, 4), tf.not_equal(pred_ids, 4), weights),
    }
    for metric_name, op in metrics.items():
        tf.summary.scalar(metric_name, op[1])

    if mode == tf.estimator.ModeKeys.EVAL:
        return tf.estimator.EstimatorSpec(mode, loss=loss, eval_metric_ops=metrics)
    train_op = tf.train.AdamOptimizer(0.05).minimize(
        loss, global_step=tf.train.get_or_create_global_step())
    return tf.estimator.EstimatorSpec(mode, loss=loss, train_op=train_op)


if __name__ == '__main__':
    write_data()

    def path(name):
        return os.path.join(DATADIR, name)

    params = {'dim': 5, 'size': 24, 'num_oov_buckets': 1, 'epochs': 8, 'batch_size': 3,
              'lstm_size': 4, 'words': path('vocab.words.txt'), 'tags': path('vocab.tags.txt')}
    print(sorted(json.loads(json.dumps(params)))[:3])
    train_inpf = functools.partial(input_fn, path('words.txt'), path('tags.txt'), params,
                                   repeat=True)
    eval_inpf = functools.partial(input_fn, path('words.txt'), path('tags.txt'))

    cfg = tf.estimator.RunConfig(save_checkpoints_steps=6, model_dir=path('model'))
    estimator = tf.estimator.Estimator(model_fn, path('model'), cfg, params)
    os.makedirs(estimator.eval_dir())
    hook = tf.estimator.experimental.stop_if_no_increase_hook(
        estimator, 'acc', 500, min_steps=8000, run_every_secs=120)
    train_spec = tf.estimator.TrainSpec(input_fn=train_inpf, hooks=[hook])
    eval_spec = tf.estimator.EvalSpec(input_fn=eval_inpf, throttle_secs=0)
    print(sorted(tf.estimator.train_and_evaluate(estimator, train_spec, eval_spec)[0].items()))
    print([int(p.split('-')[-1]) for p in
           tf.train.get_checkpoint_state(path('model')).all_model_checkpoint_paths])
    print(estimator.get_variable_names())

    for sentence, preds in zip(SENTENCES, estimator.predict(eval_inpf)):
        words = sentence.split()
        print(' '.join('{}/{}'.format(w, t.decode()) for w, t in zip(words, preds['tags'])))

    def serving_input_receiver_fn():
        words = tf.placeholder(dtype=tf.string, shape=[None, None], name='words')
        nwords = tf.placeholder(dtype=tf.int32, shape=[None], name='nwords')
        receiver_tensors = {'words': words, 'nwords': nwords}
        return tf.estimator.export.ServingInputReceiver(receiver_tensors, receiver_tensors)

    folder = estimator.export_saved_model(path('saved'), serving_input_receiver_fn)
    predict_fn = tf.contrib.predictor.from_saved_model(folder.decode())
    tags = predict_fn({'words': [SENTENCES[2].split()], 'nwords': [6]})['tags']
    print([tag.decode() for tag in tags[0]])
