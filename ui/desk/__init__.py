"""The clerk's screen: sign in, call, serve with the four-field card, register and answer appeals."""
