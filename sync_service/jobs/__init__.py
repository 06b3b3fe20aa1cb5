"""Jobs: what is due when (due), the process that does it (daemon), and only one of them at a time (lock)."""
