"""Variables of a test's graph, given values. Runs under Python 3.7 too."""


def drawn(random, variables, scale=1.0):
    """Return a value for each variable, normally distributed with a standard deviation of scale."""
    return [scale * random.randn(*variable.shape.as_list()) for variable in variables]


def load(session, variables, values):
    """Assign a value to each variable, in one run: one for each costs a test most of its time."""
    assert len(variables) == len(values)
    feeds = {each.initializer.inputs[1]: value for each, value in zip(variables, values)}  # noqa: B905 (not in 3.7)
    session.run([variable.initializer for variable in variables], feeds)
