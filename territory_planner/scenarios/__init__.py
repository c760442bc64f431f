"""What if: edits of problems and wishes, and plans beside each other."""
