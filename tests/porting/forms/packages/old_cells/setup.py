from setuptools import find_packages, setup

setup(name="old-cells", version="0.1", packages=["old_cells"])
