"""CHECK constraints: parsed, split into conjuncts, each turned into a fact the resolver can build on."""
