"""The screens. The only package that knows Qt; touch, desk and wall never import each other."""
