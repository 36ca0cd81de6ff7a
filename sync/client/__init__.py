"""The hall's side of synchronisation: push the outbox, pull employees. Never imports the server."""
