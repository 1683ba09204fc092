"""What panels know and do, without a view: traitlets over the session, headless and testable."""
