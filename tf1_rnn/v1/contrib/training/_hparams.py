"""Hyperparameters by name, as `tf.contrib.training` of TensorFlow 1.x kept them."""

import json
import numbers
import re

_ASSIGNMENT = re.compile(
    r"(?P<name>[a-zA-Z][\w.]*)(\[\s*(?P<index>\d+)\s*\])?\s*=\s*"
    r"((?P<value>[^,\[]*)|\[(?P<list>[^\]]*)\])($|,\s*)"
)


def parse_values(values, type_map, ignore_unknown=False):
    """Return the assignments in a text such as `a=1,b=[2,3],c=x` as a dict.

    `type_map` gives each name's type; a name that is not in it is a ValueError, unless
    `ignore_unknown`.
    """
    results, position = {}, 0
    while position < len(values):
        match = _ASSIGNMENT.match(values, position)
        if not match:
            raise ValueError(f"Malformed hyperparameter value: {values[position:]}")
        position = match.end()
        name, text = match["name"], match.group(0).rstrip(", ")
        if name not in type_map:
            if ignore_unknown:
                continue
            raise ValueError(f"Unknown hyperparameter type for {name}")
        if match["list"] is not None:
            value = [
                _parse(name, type_map[name], part.strip(), text)
                for part in match["list"].split(",")
                if part.strip()
            ]
        else:
            value = _parse(name, type_map[name], match["value"].strip(), text)
        if match["index"] is not None:
            results.setdefault(name, {})[int(match["index"])] = value
        elif name in results:
            raise ValueError(f"Multiple assignments to variable '{name}' in {values}")
        else:
            results[name] = value
    return results


def _parse(name, kind, text, assignment):
    error = ValueError(
        f"Could not parse hparam '{name}' of type '{kind.__name__}' with value '{text}' "
        f"in {assignment}"
    )
    try:
        if kind is bool:
            return {
                "true": True,
                "True": True,
                "1": True,
                "false": False,
                "False": False,
                "0": False,
            }[text]
        return kind(text)
    except (KeyError, ValueError):
        raise error from None


def _cast(name, kind, value):
    """Return `value` as `kind`; whole numbers become floats, and nothing else changes its kind."""
    error = ValueError(f"Could not cast hparam '{name}' of type '{kind}' from value {value!r}")
    if kind is type(None) or value is None or isinstance(value, kind) and kind is bool:
        return value
    if (kind is bool) != isinstance(value, bool):
        raise error
    if issubclass(kind, (str, bytes)) != isinstance(value, (str, bytes)):
        raise error
    if issubclass(kind, numbers.Integral) and not isinstance(value, numbers.Integral):
        raise error
    if issubclass(kind, numbers.Number) and not isinstance(value, numbers.Number):
        raise error
    return kind(value)


class HParams:
    """Hyperparameters by name: `HParams(learning_rate=0.1).parse("learning_rate=0.2")`.

    The type of each value, and whether it is a list, are fixed by its first one.
    """

    def __init__(self, hparam_def=None, model_structure=None, **kwargs):
        if hparam_def is not None:
            raise ValueError("HParams of a protocol buffer are not here: give the values by name")
        self._hparam_types = {}
        self._model_structure = model_structure
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
        """Set what a text such as `a=1,b=[2,3]` says; returns the HParams."""
        kinds = {name: kind for name, (kind, _) in self._hparam_types.items()}
        return self.override_from_dict(parse_values(values, kinds))

    def override_from_dict(self, values_dict):
        """Set the hyperparameters of a dict; returns the HParams."""
        for name, value in values_dict.items():
            self.set_hparam(name, value)
        return self

    set_from_map = override_from_dict

    def parse_json(self, values_json):
        """Set what a JSON object says; returns the HParams."""
        return self.override_from_dict(json.loads(values_json))

    def to_json(self, indent=None, separators=None, sort_keys=False):
        """Return all values as a JSON object; functions are left out."""
        values = {name: value for name, value in self.values().items() if not callable(value)}
        return json.dumps(values, indent=indent, separators=separators, sort_keys=sort_keys)

    def values(self):
        """Return all values by name."""
        return {name: getattr(self, name) for name in self._hparam_types}

    def get(self, key, default=None):
        """Return a value, or `default`, which must be of the value's type."""
        if key not in self._hparam_types:
            return default
        kind, is_list = self._hparam_types[key]
        if default is not None:
            try:
                if is_list != isinstance(default, list):
                    raise ValueError("only one of them is a list")
                _cast(key, kind, default[0] if is_list and default else default)
            except ValueError as error:
                raise ValueError(
                    f"Hparam '{key}' of type '{kind}' is incompatible with "
                    f"default={default}. {error}"
                ) from None
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
        return ",".join(f"{name}={value}" for name, value in sorted(self.values().items()))

    def __repr__(self):
        return f"HParams({sorted(self.values().items())!r})"
