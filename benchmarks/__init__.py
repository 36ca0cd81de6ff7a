"""Measures of the product (``main.py bench``): each against a named baseline or limit in the same run."""
