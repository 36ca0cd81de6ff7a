"""The central server: outbox batches in exactly once, employees and units out by cursor. Never imports the client."""
