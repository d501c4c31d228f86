"""Hyperparameters by name, as `tf.contrib.training` of TensorFlow 1.x kept them."""

import json
import numbers
import re

from ..._moved import hparam_pb2

# "name=value", "name=[values]" or "name[index]=value", and the separator before the next.
PARAM_RE = re.compile(
    r"(?P<name>[a-zA-Z][\w.]*)(\[\s*(?P<index>\d+)\s*\])?\s*=\s*"
    r"((?P<val>[^,\[]*)|\[(?P<vals>[^\]]*)\])($|,\s*)"
)


def parse_values(values, type_map, ignore_unknown=False):
    """Return the assignments in a text as a dict.

    Args:
        values: text such as `a=1,b=[2,3],c=x`.
        type_map: dict from names to their types.
        ignore_unknown: whether names that are not in `type_map` are left out; otherwise a
            ValueError.
    """
    results, indices, position = {}, {}, 0
    while position < len(values):
        match = PARAM_RE.match(values, position)
        if not match:
            raise ValueError(f"Malformed hyperparameter value: {values[position:]}")
        position = match.end()
        name, text = match["name"], match.group(0).rstrip(", ")
        if name not in type_map:
            if ignore_unknown:
                continue
            raise ValueError(f"Unknown hyperparameter type for {name}")
        index = match["index"] and int(match["index"])
        if name in results and (index is None or name not in indices or index in indices[name]):
            name = f"{name}[{index}]" if name in indices and index is not None else name
            raise ValueError(f"Multiple assignments to variable '{name}' in {values}")
        value = _parse(name, type_map[name], match, text)
        if index is None:
            results[name] = value
        else:
            indices.setdefault(name, set()).add(index)
            results.setdefault(name, {})[index] = value
    return results


def _parse(name, kind, match, assignment):
    """Return the value or the list of values that an assignment gives a hyperparameter."""
    is_list = match["vals"] is not None
    text = match["vals"] if is_list else match["val"].strip()
    make = _to_bool if kind is bool else kind
    try:
        if not is_list:
            return make(text)
        return [make(part.strip()) for part in text.split(",") if part.strip()]
    except ValueError:
        raise ValueError(
            f"Could not parse hparam '{name}' of type '{kind.__name__}' with value '{text}' "
            f"in {assignment}"
        ) from None


def _to_bool(text):
    """Return the bool for a text such as `true`, `False` or `1`."""
    words = {"true": True, "True": True, "false": False, "False": False}
    return words[text] if text in words else bool(int(text))


def _cast(name, kind, value):
    """Return `value` as `kind`; integers become floats; no other conversion is made."""
    error = ValueError(f"Could not cast hparam '{name}' of type '{kind}' from value {value!r}")
    if kind is type(None) or isinstance(value, kind) and kind is bool:
        return value
    if value is None:
        raise error
    if (kind is bool) != isinstance(value, bool):
        raise error
    if issubclass(kind, (str, bytes)) != isinstance(value, (str, bytes)):
        raise error
    if issubclass(kind, numbers.Integral) and not isinstance(value, numbers.Integral):
        raise error
    if issubclass(kind, numbers.Number) and not isinstance(value, numbers.Number):
        raise error
    return kind(value)


def _from_proto(value):
    """Return the value of a field of an `HParamDef`, with bytes as text."""
    kind = value.WhichOneof("kind")
    value = getattr(value, kind)
    value = list(value.value) if kind.endswith("_list") else value
    if kind == "bytes_list":
        return [each.decode() for each in value]
    return value.decode() if kind == "bytes_value" else value


# The types of values and what an `HParamDef` calls them; a bool is an int as well.
_KINDS = ((bool, "bool"), (int, "int64"), ((str, bytes), "bytes"), (float, "float"))


class HParams:
    """Hyperparameters by name: `HParams(learning_rate=0.1).parse("learning_rate=0.2")`.

    The type of each value, and whether it is a list, are fixed by its first one.
    """

    def __init__(self, hparam_def=None, model_structure=None, **kwargs):
        if hparam_def is not None and not isinstance(hparam_def, hparam_pb2.HParamDef):
            raise TypeError(
                f"hparam_def must be an HParamDef, got {hparam_def!r}. Give values by their names."
            )
        self._hparam_types = {}
        self._model_structure = model_structure
        for name, value in (hparam_def.hparam if hparam_def else {}).items():
            self.add_hparam(name, _from_proto(value))
        for name, value in kwargs.items():
            self.add_hparam(name, value)

    def add_hparam(self, name, value):
        """Add a new hyperparameter; a name that is taken, and an empty list, are ValueErrors."""
        if getattr(self, name, None) is not None:
            raise ValueError(f"Hyperparameter name is reserved: {name}")
        is_list = isinstance(value, (list, tuple))
        if is_list and not value:
            raise ValueError(f"Multi-valued hyperparameters cannot be empty: {name}")
        self._hparam_types[name] = (type(value[0] if is_list else value), is_list)
        setattr(self, name, value)

    def set_hparam(self, name, value):
        """Set a hyperparameter that exists, keeping its type."""
        kind, is_list = self._hparam_types[name]
        if is_list and not isinstance(value, list):
            raise ValueError(f"Must pass a list for multi-valued parameter: {name}.")
        if not is_list and isinstance(value, list):
            raise ValueError(f"Must not pass a list for single-valued parameter: {name}")
        cast = [_cast(name, kind, v) for v in value] if is_list else _cast(name, kind, value)
        setattr(self, name, cast)

    def del_hparam(self, name):
        """Remove a hyperparameter, if it exists."""
        if hasattr(self, name):
            delattr(self, name)
            del self._hparam_types[name]

    def parse(self, values):
        """Set the values of a text such as `a=1,b=[2,3]`; return the HParams."""
        kinds = {name: kind for name, (kind, _) in self._hparam_types.items()}
        return self.override_from_dict(parse_values(values, kinds))

    def override_from_dict(self, values_dict):
        """Set the hyperparameters of a dict; return the HParams."""
        for name, value in values_dict.items():
            self.set_hparam(name, value)
        return self

    def set_from_map(self, values_map):
        """Set the values of a dict by name; returns the HParams."""
        return self.override_from_dict(values_dict=values_map)

    def parse_json(self, values_json):
        """Set the values of a JSON object; return the HParams."""
        return self.override_from_dict(json.loads(values_json))

    def to_json(self, indent=None, separators=None, sort_keys=False):
        """Return all values as a JSON object.

        Args:
            indent: as in `json.dumps`.
            separators: as in `json.dumps`.
            sort_keys: as in `json.dumps`.
        """
        return json.dumps(self.values(), indent=indent, separators=separators, sort_keys=sort_keys)

    def to_proto(self, export_scope=None):
        """Return all values as an `HParamDef`; `export_scope` is not used."""
        message = hparam_pb2.HParamDef()
        for name, (kind, is_list) in self._hparam_types.items():
            field, value = self._get_kind_name(kind, is_list), getattr(self, name)
            if issubclass(kind, str):
                value = [each.encode() for each in value] if is_list else value.encode()
            if is_list:
                getattr(message.hparam[name], field).value.extend(value)
            else:
                setattr(message.hparam[name], field, value)
        return message

    @classmethod
    def from_proto(cls, hparam_def, import_scope=None):
        """Return the HParams of an `HParamDef`; `import_scope` is not used."""
        return cls(hparam_def)

    @staticmethod
    def _get_kind_name(param_type, is_list):
        """Return the name of the field of an `HParamDef` for values of a type."""
        for types, name in _KINDS:
            if issubclass(param_type, types):
                return f"{name}_{'list' if is_list else 'value'}"
        raise ValueError(f"Unsupported parameter type: {param_type}")

    def values(self):
        """Return all values by name."""
        return {name: getattr(self, name) for name in self._hparam_types}

    def get(self, key, default=None):
        """Return a value, or `default`, which must be of the value's type."""
        if key not in self._hparam_types:
            return default
        kind, is_list = self._hparam_types[key]
        if default is not None:
            kind_text = f"list<{kind}>" if is_list else str(kind)
            refused = f"Hparam '{key}' of type '{kind_text}' is incompatible with default={default}"
            if is_list != isinstance(default, list):
                raise ValueError(refused)
            try:
                for value in default if is_list else [default]:
                    _cast(key, kind, value)
            except ValueError as error:
                raise ValueError(f"{refused}. {error}") from None
        return getattr(self, key)

    def set_model_structure(self, model_structure):
        """Keep an object that describes the model."""
        self._model_structure = model_structure

    def get_model_structure(self):
        """Return the object that describes the model."""
        return self._model_structure

    def __contains__(self, key):
        return key in self._hparam_types

    def __str__(self):
        return ",".join(f"{name}={value}" for name, value in self.values().items())

    def __repr__(self):
        return f"HParams({sorted(self.values().items())!r})"
