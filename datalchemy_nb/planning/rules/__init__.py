"""What a plan must satisfy against a schema, one family of checks a module."""
