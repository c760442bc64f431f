"""What sales operations asks of a plan that is live: which territory a new account belongs to."""
