"""Offline first: the hall's outbox to the central server and back. Knows no faces, no services, no screens."""
