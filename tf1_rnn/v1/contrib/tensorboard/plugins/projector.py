"""`tf.contrib.tensorboard.plugins.projector`: lists the embeddings for TensorBoard to show.

The messages are made here, field for field as 1.15.5 has them, so that TensorBoard itself is not
needed to train a model.
"""

import os

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory, text_format

from .... import _lazy

_FIELD = descriptor_pb2.FieldDescriptorProto
_ONE, _MANY = _FIELD.LABEL_OPTIONAL, _FIELD.LABEL_REPEATED
_STRING, _UINT32 = _FIELD.TYPE_STRING, _FIELD.TYPE_UINT32
# For each message its fields in the order of their numbers, which count from 1.
_MESSAGES = {
    "SpriteMetadata": [
        ("image_path", _STRING, _ONE),
        ("single_image_dim", _UINT32, _MANY),
    ],
    "EmbeddingInfo": [
        ("tensor_name", _STRING, _ONE),
        ("metadata_path", _STRING, _ONE),
        ("bookmarks_path", _STRING, _ONE),
        ("tensor_shape", _UINT32, _MANY),
        ("sprite", "SpriteMetadata", _ONE),
        ("tensor_path", _STRING, _ONE),
    ],
    "ProjectorConfig": [
        ("model_checkpoint_path", _STRING, _ONE),
        ("embeddings", "EmbeddingInfo", _MANY),
        ("model_checkpoint_dir", _STRING, _ONE),
    ],
}


def _message_classes():
    file = descriptor_pb2.FileDescriptorProto(
        name="projector_config.proto", package="tensorflow", syntax="proto3"
    )
    for name, fields in _MESSAGES.items():
        message = file.message_type.add(name=name)
        for number, (field, kind, label) in enumerate(fields, 1):
            added = message.field.add(name=field, number=number, label=label)
            if kind in _MESSAGES:
                added.type, added.type_name = _FIELD.TYPE_MESSAGE, f".tensorflow.{kind}"
            else:
                added.type = kind
    pool = descriptor_pool.DescriptorPool()  # its own: TensorBoard may register the same names
    pool.Add(file)
    return [
        message_factory.GetMessageClass(pool.FindMessageTypeByName(f"tensorflow.{name}"))
        for name in _MESSAGES
    ]


SpriteMetadata, EmbeddingInfo, ProjectorConfig = _message_classes()


def visualize_embeddings(summary_writer, config):
    """Write the ProjectorConfig into the summary writer's folder, where TensorBoard looks."""
    folder = summary_writer.get_logdir()
    if folder is None:
        raise ValueError("Summary writer must have a logdir")
    os.makedirs(folder or ".", exist_ok=True)
    with open(os.path.join(folder, "projector_config.pbtxt"), "w", encoding="utf-8") as file:
        file.write(text_format.MessageToString(config))


_lazy.forward(__name__)
