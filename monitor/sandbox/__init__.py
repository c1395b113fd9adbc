"""Runs native code on hostile bytes in a child process with limits: bytes in, plain JSON out, nothing else shared."""
