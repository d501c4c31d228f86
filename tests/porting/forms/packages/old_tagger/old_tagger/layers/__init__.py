from old_tagger.layers.crf import score
