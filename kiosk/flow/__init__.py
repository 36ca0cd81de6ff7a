"""State machines as data: an enum of states, a table of edges with reasons, and one function that moves."""
