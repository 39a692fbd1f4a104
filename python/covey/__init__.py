"""Covey: Python code coverage in the one run of your tests.

The collector is the extension `_covey`, started by covey.pth; everything else is the binary `covey`.
"""
