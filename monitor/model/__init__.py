"""The nouns of the house and its errors: frozen, keyword-only dataclasses over the standard library alone."""
