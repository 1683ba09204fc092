"""The panels: stock ipywidgets and our own grid over the models, nothing from outside, no Output widget."""
