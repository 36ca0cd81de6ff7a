"""One file per synced entity: which fields may travel, and how events become the server's present state."""
