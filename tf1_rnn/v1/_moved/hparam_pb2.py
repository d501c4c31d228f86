"""`tensorflow.contrib.training.python.training.hparam_pb2`: HParams as a protocol buffer.

The message is made here, field for field as 1.15.5 has it.
"""

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

_FIELD = descriptor_pb2.FieldDescriptorProto
# The kinds of values: their names, types, and the numbers of a single value and of a list.
_KINDS = {
    "int64": ("Int64", _FIELD.TYPE_INT64, 1, 4),
    "float": ("Float", _FIELD.TYPE_FLOAT, 2, 5),
    "bytes": ("Bytes", _FIELD.TYPE_BYTES, 3, 6),
    "bool": ("Bool", _FIELD.TYPE_BOOL, 7, 8),
}


def _hparam_def():
    """Return the class of the message `tensorflow.HParamDef`."""
    file = descriptor_pb2.FileDescriptorProto(
        name="tensorflow/contrib/training/python/training/hparam.proto",
        package="tensorflow",
        syntax="proto3",
    )
    message = file.message_type.add(name="HParamDef")
    kinds = message.nested_type.add(name="HParamType")
    kinds.oneof_decl.add(name="kind")
    for kind, (name, type_, number, list_number) in _KINDS.items():
        values = message.nested_type.add(name=f"{name}List")
        values.field.add(name="value", number=1, type=type_, label=_FIELD.LABEL_REPEATED)
        values.field[0].options.packed = kind != "bytes"
        one = {"label": _FIELD.LABEL_OPTIONAL, "oneof_index": 0}
        kinds.field.add(name=f"{kind}_value", number=number, type=type_, **one)
        kinds.field.add(
            name=f"{kind}_list",
            number=list_number,
            type=_FIELD.TYPE_MESSAGE,
            type_name=f".tensorflow.HParamDef.{name}List",
            **one,
        )
    entry = message.nested_type.add(name="HparamEntry")
    entry.options.map_entry = True
    entry.field.add(name="key", number=1, type=_FIELD.TYPE_STRING, label=_FIELD.LABEL_OPTIONAL)
    for parent, name, label, type_name in (
        (entry, "value", _FIELD.LABEL_OPTIONAL, "HParamType"),
        (message, "hparam", _FIELD.LABEL_REPEATED, "HparamEntry"),
    ):
        parent.field.add(
            name=name,
            number=2 if name == "value" else 1,
            type=_FIELD.TYPE_MESSAGE,
            label=label,
            type_name=f".tensorflow.HParamDef.{type_name}",
        )
    pool = descriptor_pool.DescriptorPool()  # its own: a legacy package may register the same name
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("tensorflow.HParamDef"))


HParamDef = _hparam_def()
DESCRIPTOR = HParamDef.DESCRIPTOR.file
