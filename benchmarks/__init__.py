"""Measuring: published instances, peers side by side, and the sizes the product must bear."""
