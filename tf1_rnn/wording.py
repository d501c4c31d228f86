"""Numbers with their nouns, as in "1 epoch" and "1,234 steps". Runs under Python 3.7 too."""


def counted(count, noun, before=""):
    """Return a number and a noun, which is in the plural unless the number is one.

    Args:
        count: a whole number.
        noun: in the singular.
        before: words between the two, as "training".
    """
    plural = noun if count == 1 else noun + ("es" if noun.endswith(("s", "x")) else "s")
    return " ".join(filter(None, [f"{count:,}", before, plural]))
