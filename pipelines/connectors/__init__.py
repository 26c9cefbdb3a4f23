"""One module per protocol: bytes in, Arrow batches out. No rule, no type, no score lives here."""
