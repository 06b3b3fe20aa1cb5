"""One function per thing that a person or the daemon asks for: the imperative shell around the core."""
