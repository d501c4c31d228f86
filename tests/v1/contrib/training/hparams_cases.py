"""What HParams do with assignments and calls, run here and under TensorFlow 1.15.5.

    .oracle/bin/python tests/v1/contrib/training/hparams_cases.py   # records hparams_recorded.json

Runs under Python 3.7 too.
"""

import json
import os

RECORDED = os.path.join(os.path.dirname(os.path.abspath(__file__)), "hparams_recorded.json")
# Texts for `HParams.parse`, right and wrong, parted by |.
TEXTS = """a=1|a=1,b=2.5|a=1.5|a=x|a=[1,2]|l=[1,2]|l=1|l[0]=5|l[7]=1|l[0]=1,l[0]=2|l[0]=1,l[1]=2|
a[0]=1|b=1|b=x|b=[1]|s=hello|s=a b|s=a=b|s=[a]|s=|s="q"|t=True|t=1|t=0|t=true|t=yes|t=2|
t=1.0|a=|a|=1|a=1,|a=1,,b=2|a=1 b=2|a = 1|a= 1 , b =2|zz=1|a=1,a=2|l=[1,x]|l=[]|l=[1,2|
l=1,2]|ss=[x,y]|ss=[x, y ,z]|ss=x|n=1|n=x|a=1e3|b=1e3|a=-1|a=--1|a=0x10|l=[1.5]|f=3|a=True|
b=True|a=None|1a=3|a.b=3|s=[x],a=1|s=x,y|a=1;b=2|t=[True]|tt=[True,false,0]|tt=True|
tt[1]=False|a=[|s=a[b]|x[1]=2|l[-1]=3|l[a]=3|l[]=3|a=1,b=[2"""
TYPES = {"a": int, "l": float, "s": str, "t": bool}
VALUES = """a=1|l[0]=1,l[3]=2|l[0]=1,l=[2]|l=[1],l[0]=2|zz=1,a=2|zz=[1,2],a=2|zz[1]=2|a=1,a=1|
s=1,l=[1, 2]"""
CALLS = {
    "add_again": lambda h, H: h.add_hparam("a", 2),
    "add_reserved": lambda h, H: h.add_hparam("values", 2),
    "add_empty": lambda h, H: h.add_hparam("e", []),
    "add_tuple": lambda h, H: h.add_hparam("e", (1, 2)),
    "set_unknown": lambda h, H: h.set_hparam("zz", 1),
    "set_list": lambda h, H: h.set_hparam("a", [1]),
    "set_scalar": lambda h, H: h.set_hparam("l", 1),
    "set_float": lambda h, H: h.set_hparam("a", 1.5),
    "set_int": lambda h, H: h.set_hparam("b", 1),
    "set_text": lambda h, H: h.set_hparam("a", "1"),
    "set_bool": lambda h, H: h.set_hparam("a", True),
    "set_bool_as_int": lambda h, H: h.set_hparam("t", 1),
    "set_none": lambda h, H: h.set_hparam("a", None),
    "set_of_none": lambda h, H: h.set_hparam("n", 3),
    "set_text_as_int": lambda h, H: h.set_hparam("s", 1),
    "set_list_of_floats": lambda h, H: h.set_hparam("l", [1.5]),
    "set_tuple": lambda h, H: h.set_hparam("l", (1, 2)),
    "set_empty": lambda h, H: h.set_hparam("l", []),
    "get": lambda h, H: h.get("a"),
    "get_with_default": lambda h, H: h.get("a", 5),
    "get_wrong_default": lambda h, H: h.get("a", "x"),
    "get_list_default": lambda h, H: h.get("a", [1]),
    "get_scalar_default": lambda h, H: h.get("l", 1),
    "get_wrong_list": lambda h, H: h.get("l", ["x"]),
    "get_unknown": lambda h, H: h.get("zz", 9),
    "get_empty": lambda h, H: h.get("l", []),
    "json": lambda h, H: h.to_json(sort_keys=True),
    "json_of_function": lambda h, H: H(f=len, a=1).to_json(),
    "parse_json": lambda h, H: h.parse_json('{"a": 3, "l": [9]}').values()["l"],
    "parse_json_unknown": lambda h, H: h.parse_json('{"zz": 3}'),
    "override_unknown": lambda h, H: h.override_from_dict({"zz": 1}),
    "text": lambda h, H: str(h),
    "representation": lambda h, H: repr(h),
    "contains": lambda h, H: ("a" in h, "zz" in h),
    "delete": lambda h, H: (h.del_hparam("a"), "a" in h),
    "delete_unknown": lambda h, H: h.del_hparam("zz"),
    "attribute": lambda h, H: h.zz,
    "structure": lambda h, H: H(model_structure="m", a=1).get_model_structure(),
    "proto_of_none": lambda h, H: h.to_proto(),
    "proto_and_back": lambda h, H: sorted(
        H(x=1, y=[2.5], z="s", w=[True], q=["a", "b"]).to_proto().hparam
    ),
    "kinds": lambda h, H: [h._get_kind_name(t, l) for t in (int, float, bool, str) for l in (0, 1)],
    "kind_unknown": lambda h, H: h._get_kind_name(dict, False),
}


def _split(texts):
    return texts.replace("\n", "").split("|")


def _said(function, *args):
    """Returns what a function returns, or the kind and the text of its error, as text."""
    try:
        return repr(function(*args))
    except Exception as error:
        return type(error).__name__ + ": " + str(error)


def run(training):
    """Returns {case: what came of it} for `contrib.training` of one version."""

    def make():
        return training.HParams(
            a=1, b=2.0, l=[3, 4], s="s", t=True, tt=[True, False], ss=["p", "q"], n=None, f=None
        )

    found = {}
    for text in _split(TEXTS):
        found["parse " + text] = _said(lambda t: sorted(make().parse(t).values().items()), text)
    for text in _split(VALUES):
        for ignored in (False, True):
            found[f"values {text} {ignored}"] = _said(
                lambda *args: sorted(training.parse_values(*args).items()), text, TYPES, ignored
            )
    for name, call in CALLS.items():
        found[name] = _said(call, make(), training.HParams)
    return found


if __name__ == "__main__":
    import tensorflow as tf

    with open(RECORDED, "w") as file:
        json.dump(run(tf.contrib.training), file, indent=1, sort_keys=True)
        file.write("\n")
