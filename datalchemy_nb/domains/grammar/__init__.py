"""One grammar of counted text: forms say what texts are put together from, nodes count them."""
