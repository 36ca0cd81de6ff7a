"""The touch front: a visitor's way from the first touch to the number. Presenter plain Python, pages widgets."""
