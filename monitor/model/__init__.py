"""The nouns of the house and its errors: frozen, keyword-only structs (msgspec) over the standard library."""
