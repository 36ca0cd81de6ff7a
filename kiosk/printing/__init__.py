"""Printing of ticket slips: layout, one file per printer, the spool that runs them, and the registry."""
