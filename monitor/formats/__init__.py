"""Bytes to rows, passages, links and entries. Knows formats only, never sources; every body is taken to be hostile.

All readers are bounded in time and memory and raise ``monitor.model.errors.Unreadable`` and nothing else.
"""
