from setuptools import find_packages, setup

setup(name="old-attention", version="0.1", py_modules=["old_attention"])
