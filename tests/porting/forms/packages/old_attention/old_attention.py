import tensorflow as tf
from tensorflow.contrib import seq2seq


def alignments(memory, query):
    mechanism = seq2seq.LuongAttention(memory.shape[-1].value, memory, scale=False)
    layer = [v for v in tf.trainable_variables() if "memory_layer" in v.name]
    with tf.Session() as session:
        for v in layer:
            v.load(0.1 * (1 + (__import__("numpy").indices(v.shape.as_list()).sum(0))), session)
        result = mechanism(query, mechanism.initial_alignments(1, tf.float32))
        return session.run(result[0] if isinstance(result, tuple) else result)
