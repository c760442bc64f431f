"""HubSpot: a stateful stand-in on loopback, and the official client that keeps it honest."""
