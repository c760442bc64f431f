"""The recipes a project file asks for, one a module: read, check, solve, save, draw."""
