"""What a stranger does: every verb, the README's script, the notebook."""
