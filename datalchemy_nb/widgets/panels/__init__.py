"""The panels: stock ipywidgets over the models, no JavaScript of our own, nothing from outside, no Output widget."""
