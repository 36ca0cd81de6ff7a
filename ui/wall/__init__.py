"""The hall's screen: who is called where, how many wait, how the platform is doing. Public by construction."""
