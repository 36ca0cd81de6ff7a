"""Puts the running programme together: the one room that knows screens, recognition and synchronisation (ADR 0007)."""
