"""Settings that every test needs before TensorFlow is imported."""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
# Two workers on two cores: one thread each is faster than two that wait for one another.
os.environ.setdefault("OMP_NUM_THREADS", "1")
