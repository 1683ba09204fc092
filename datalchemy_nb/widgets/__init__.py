"""Panels over the session: trait models (no view), one worker thread, and stock ipywidgets views."""
