"""The projector's configuration, written as TensorFlow 1.15.5 writes it."""

import tf1_rnn.v1 as tf
from tf1_rnn.v1.contrib.tensorboard.plugins import projector

# The file, and the message's bytes, that 1.15.5 made of the same fields.
TEXT = """\
model_checkpoint_path: "m.ckpt"
embeddings {
  tensor_name: "w:0"
  metadata_path: "words.tsv"
  tensor_shape: 3
  tensor_shape: 4
  sprite {
    image_path: "s.png"
    single_image_dim: 28
    single_image_dim: 28
  }
  tensor_path: "w.bytes"
}
model_checkpoint_dir: "models"
"""
BYTES = (
    "0a066d2e636b7074122a0a03773a301209776f7264732e747376220203042a0b0a05732e706e6712021c1c32"
    "07772e62797465731a066d6f64656c73"
)


def config_of(projector):
    config = projector.ProjectorConfig(
        model_checkpoint_path="m.ckpt", model_checkpoint_dir="models"
    )
    embedding = config.embeddings.add()
    embedding.tensor_name = "w:0"
    embedding.metadata_path = "words.tsv"
    embedding.tensor_shape.extend([3, 4])
    embedding.sprite.image_path = "s.png"
    embedding.sprite.single_image_dim.extend([28, 28])
    embedding.tensor_path = "w.bytes"
    return config


def test_the_file_and_the_bytes_are_1_15_5s(tmp_path):
    config = config_of(projector)
    with tf.Graph().as_default():
        projector.visualize_embeddings(tf.summary.FileWriter(str(tmp_path)), config)
    assert (tmp_path / "projector_config.pbtxt").read_text() == TEXT
    assert config.SerializeToString().hex() == BYTES
    assert tf.contrib.tensorboard.plugins.projector.ProjectorConfig is type(config)
