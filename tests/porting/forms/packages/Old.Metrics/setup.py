from setuptools import find_packages, setup

setup(name="Old.Metrics", version="0.1", packages=["oldmetrics", "oldmetrics.text"])
