# -*- coding: utf-8 -*-
# Counts words, as it was written for Python 2, and looks them up.
import cPickle
import numpy as np
import tensorflow as tf

text = u"the cat sat on the mat"
counts = {}
for word in text.split():
    if not counts.has_key(word):
        counts[word] = 0
    counts[word] += 1
ids = dict(zip(sorted(counts.keys()), xrange(len(counts))))
table = cPickle.loads(cPickle.dumps(np.eye(len(ids), dtype=np.float32)))
with tf.Session() as session:
    rows = session.run(tf.nn.embedding_lookup(tf.constant(table), [ids["cat"], ids["the"]]))
for word, count in sorted(counts.iteritems()):
    print word, count
print "rows of ones: %d" % rows.sum()
