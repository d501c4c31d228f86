"""`contrib.rnn.python.tools.checkpoint_convert`: a checkpoint of before TensorFlow 1.2, renamed.

python -m tf1_rnn.v1.contrib.rnn.python.tools.checkpoint_convert OLD NEW
"""

import argparse
import sys

import tensorflow.compat.v1 as tf

from tf1_rnn.checkpoints.old_names import REPLACEMENTS as RNN_NAME_REPLACEMENTS  # noqa: F401
from tf1_rnn.checkpoints.old_names import renamed


def convert_names(checkpoint_from_path, checkpoint_to_path, write_v1_checkpoint=False):
    """Write a checkpoint again, its cells' variables under the names they have since 1.2.

    Args:
        checkpoint_from_path: prefix of the old checkpoint, of either format.
        checkpoint_to_path: prefix of the new one.
        write_v1_checkpoint: whether to write it in the format of before 1.0.

    Returns:
        A dict from every name in the new checkpoint to its variable, and a dict from each old name
        that was changed to the new one.

    Raises:
        ValueError: two variables would get one name.
    """
    reader = tf.train.load_checkpoint(checkpoint_from_path)
    types, shapes = reader.get_variable_to_dtype_map(), reader.get_variable_to_shape_map()
    names = {old: renamed(old) for old in shapes}
    twice = sorted(new for new in names.values() if list(names.values()).count(new) > 1)
    if twice:
        raise ValueError(f"{checkpoint_from_path} has two variables that would be {twice[0]}.")
    with tf.Graph().as_default(), tf.Session() as session:
        variables = {old: tf.get_variable(old, shapes[old], types[old]) for old in names}
        tf.train.Saver(variables).restore(session, checkpoint_from_path)
        new_variables = {names[old]: variable for old, variable in variables.items()}
        version = tf.train.SaverDef.V1 if write_v1_checkpoint else tf.train.SaverDef.V2
        saver = tf.train.Saver(new_variables, write_version=version)
        saver.save(session, checkpoint_to_path)
    return new_variables, {old: new for old, new in names.items() if old != new}


def main(argv=None):
    """Convert the checkpoint that the command line names; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="checkpoint_convert",
        description="Write a checkpoint of before TensorFlow 1.2 again, with today's names.",
    )
    parser.add_argument("checkpoint_from_path", help="prefix of the checkpoint to read")
    parser.add_argument("checkpoint_to_path", help="prefix of the checkpoint to write")
    parser.add_argument(
        "--write_v1_checkpoint",
        "--write-v1-checkpoint",
        action="store_true",
        help="write the format of before TensorFlow 1.0",
    )
    options = parser.parse_args(argv)
    try:
        _, changed = convert_names(**vars(options))
    except (tf.errors.OpError, ValueError, OSError) as error:
        said = str(getattr(error, "message", error)).partition("\n")[0]
        print(f"checkpoint_convert: {options.checkpoint_from_path}: {said}", file=sys.stderr)
        return 1
    print(f"{len(changed)} names changed; written to {options.checkpoint_to_path}")
    return 0
