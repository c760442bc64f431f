"""Immutable nouns: facts, wishes, decision, proof."""
