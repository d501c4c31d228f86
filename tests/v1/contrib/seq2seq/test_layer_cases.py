"""Decoders that are layers, and samplers, against what 1.15.5 gave, value by value."""

from tests.v1 import replay
from tests.v1.contrib.seq2seq import layer_cases as cases

(
    recorded,
    test_every_case_is_recorded,
    test_variables_values_and_gradients_are_those_of_1_15_5,
    test_the_recording_is_what_1_15_5_gives_live,
) = replay.tests_of(cases)
