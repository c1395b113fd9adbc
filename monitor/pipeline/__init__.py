"""Calls the rooms in order and decides nothing: poll, deliver, digest."""
