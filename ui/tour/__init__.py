"""A scripted day through the real windows: the project's own proof of life. Owns scenes, pictures and their report."""
