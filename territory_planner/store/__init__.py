"""Plans kept in files, each with everything it was made from."""
