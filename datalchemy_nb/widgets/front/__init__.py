"""Widgets with JavaScript of their own, which lies beside them and comes with the wheel.

`anywidget` shows the same files in JupyterLab, Notebook 7, VS Code, Colab and marimo; nothing is fetched elsewhere.
Where no front end is there, the panel's card stands for them.
"""
