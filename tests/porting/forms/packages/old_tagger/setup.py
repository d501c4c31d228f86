from setuptools import find_packages, setup

setup(name="old-tagger", version="0.1", packages=["old_tagger", "old_tagger.layers"])
