from setuptools import find_packages, setup

setup(name="forecaster", version="0.1", packages=["forecaster"])
