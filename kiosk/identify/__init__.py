"""The ways to be recognised: one file per way, all of equal weight, collected by ``registry``."""
