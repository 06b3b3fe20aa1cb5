"""Books as things: how they are drawn and where they live."""
