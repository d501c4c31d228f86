"""`--rewrite`: the ported copy of a script, its imports changed by the one rule, nothing else.

LibCST, of the extra, keeps every other character of the script as it is.
"""

import difflib
import os
import sys

from tf1_rnn.porting.imports import FACE, face_name


def rewrite(source):
    """Return the source with `tf1_rnn.v1` for `tensorflow` in its imports."""
    import libcst

    return libcst.parse_module(source).visit(_transformer(libcst)).code


def _transformer(cst):
    class OneRule(cst.CSTTransformer):
        """`imports.OneRule` once more, on LibCST's tree, which keeps the script's formatting."""

        def leave_Import(self, original, updated):
            names = []
            for alias in updated.names:
                names += self._aliases(alias)
            return updated.with_changes(names=names)

        def _aliases(self, alias):
            name = cst.helpers.get_full_name_for_node(alias.name)
            new = face_name(name)
            if new is None:
                return [alias]
            if alias.asname is not None:
                return [alias.with_changes(name=_dotted(cst, new))]
            # `import tensorflow.contrib.rnn` binds tensorflow: load the module, then bind its top.
            wanted = [FACE] if name == "tensorflow" else [new, FACE]
            asname = cst.AsName(name=cst.Name("tensorflow"))
            comma = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
            result = [
                alias.with_changes(name=_dotted(cst, each), asname=asname, comma=comma)
                for each in wanted
            ]
            result[-1] = result[-1].with_changes(comma=alias.comma)
            return result

        def leave_ImportFrom(self, original, updated):
            if updated.relative or updated.module is None:
                return updated
            name = cst.helpers.get_full_name_for_node(updated.module)
            if name == "tensorflow.compat" and not isinstance(updated.names, cst.ImportStar):
                if [alias.evaluated_name for alias in updated.names] == ["v1"]:
                    # `from tf1_rnn import v1 as tf`
                    return updated.with_changes(module=_dotted(cst, FACE.rpartition(".")[0]))
            new = face_name(name)
            return updated if new is None else updated.with_changes(module=_dotted(cst, new))

    return OneRule()


def _dotted(cst, name):
    first, *rest = name.split(".")
    node = cst.Name(first)
    for part in rest:
        node = cst.Attribute(node, cst.Name(part))
    return node


def main(path, output=None, in_place=False):
    """Write the ported copy, SCRIPT_ported.py unless told otherwise, and print the difference."""
    try:
        import libcst
        import libcst.helpers  # noqa: F401
    except ModuleNotFoundError:
        print(
            "--rewrite stands on LibCST; to get it: pip install 'tf1_rnn[legacy]'", file=sys.stderr
        )
        return 1
    if in_place and output:
        print("--in-place and --output exclude each other", file=sys.stderr)
        return 2
    root, extension = os.path.splitext(path)
    output = path if in_place else output or f"{root}_ported{extension}"
    if not in_place and os.path.exists(output) and os.path.samefile(path, output):
        print(
            f"--output={output} is the script itself: to write over it, say --in-place",
            file=sys.stderr,
        )
        return 2
    try:
        with open(path, "rb") as file:
            source = file.read()
        ported = rewrite(
            source.decode("utf-8-sig") if source[:3] == b"\xef\xbb\xbf" else source.decode()
        )
    except (OSError, UnicodeDecodeError) as error:
        print(f"{path}: cannot be read: {error}", file=sys.stderr)
        return 1
    lines = source.decode("utf-8-sig").splitlines(keepends=True)
    sys.stdout.writelines(
        difflib.unified_diff(lines, ported.splitlines(keepends=True), path, output)
    )
    with open(output, "w", encoding="utf-8", newline="") as file:
        file.write(ported)
    return 0
