"""To the CRM and back: what would change, only that written, proven, and undone."""
