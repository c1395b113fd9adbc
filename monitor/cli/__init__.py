"""The command line: the one room that prints. stdout holds data; progress, notes and errors go to stderr."""
